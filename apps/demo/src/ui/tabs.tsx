import type { FunctionComponent } from 'preact'
import type { Signal } from './signal.ts'

/** One tab and its panel. */
export interface Tab {
  readonly id: string
  readonly title: string
  readonly Panel: FunctionComponent
  /** How many things in it wait for a person. */
  readonly badge?: () => number
}

/**
 * Tabs as people know them: arrows go from one to the next, Home and End to the ends.
 * @see WAI-ARIA Authoring Practices, "Tabs with automatic activation"
 */
export function Tabs({ tabs, open }: { tabs: readonly Tab[]; open: Signal<string> }) {
  const shown = tabs.find(({ id }) => id === open.value) ?? tabs[0]
  if (shown === undefined) return null
  const { Panel } = shown
  const go = (event: KeyboardEvent): void => {
    const index = tabs.indexOf(shown)
    const next = { ArrowRight: index + 1, ArrowLeft: index - 1, Home: 0, End: -1 }[event.key]
    const tab = next === undefined ? undefined : tabs.at(next % tabs.length)
    if (tab === undefined) return
    event.preventDefault()
    open.value = tab.id
    document.getElementById(`tab-${tab.id}`)?.focus()
  }
  return (
    <section class="card panel">
      <div role="tablist" aria-label="What to do" onKeyDown={go}>
        {tabs.map(({ id, title, badge }) => {
          const isOpen = id === shown.id
          const count = badge?.() ?? 0
          return (
            <button
              key={id}
              type="button"
              role="tab"
              id={`tab-${id}`}
              aria-selected={isOpen}
              aria-controls="panel"
              tabIndex={isOpen ? 0 : -1}
              onClick={() => {
                open.value = id
              }}
            >
              {title}
              {count > 0 && <span class="badge">{count}</span>}
            </button>
          )
        })}
      </div>
      <div role="tabpanel" id="panel" aria-labelledby={`tab-${shown.id}`} tabIndex={-1}>
        <Panel key={shown.id} />
      </div>
    </section>
  )
}
