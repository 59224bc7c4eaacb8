import { logOf } from '../debug/mesh-log.ts'
import type { Diagnosis } from '../diagnosis/diagnose.ts'
import type { PigeonMesh } from '../pigeon-mesh.ts'
import { element } from './element.ts'
import { eventList } from './event-list.ts'
import { EventRecord } from './event-record.ts'
import { findings } from './findings.ts'
import { logSwitches } from './log-switches.ts'
import { peerTable } from './peer-table.ts'
import { report } from './report.ts'
import { adoptStyle } from './style.ts'

/** Options of {@link mountDevtools}. */
export interface DevtoolsOptions {
  /** Events from before the panel was opened. Default: those from now on. */
  readonly record?: EventRecord | undefined
  /** How often links are measured while the page is seen, ms; each time every peer is asked once. Default 2,000. */
  readonly refreshMs?: number
  /** Level of the panel's headings, 2 to 6, so that they fit the page's. Default 2. */
  readonly headingLevel?: 2 | 3 | 4 | 5 | 6
  /** More to copy as JSON, such as where the page is. Default nothing. */
  readonly about?: () => Readonly<Record<string, unknown>>
}

/** A panel that is shown. */
export interface Devtools {
  /** Takes it away, with all it listens to. */
  close(): void
}

/**
 * Shows what a mesh does: peers with their links, events as they come, what is wrong, and boxes that
 * turn logging on. Plain elements that look like the page around them, and need no permission of its
 * content policy.
 * @param parent gets the panel as its last child
 * @param mesh joined or not
 * @returns ends it
 */
export function mountDevtools(
  parent: Element,
  mesh: PigeonMesh,
  options: DevtoolsOptions = {},
): Devtools {
  const { refreshMs = 2000, headingLevel = 2, about = () => ({}) } = options
  const record = options.record ?? new EventRecord(mesh)
  const peers = peerTable(mesh, refreshMs)
  const events = eventList(record)
  let diagnosis: Diagnosis | undefined
  const found = element('div', {}, findings(undefined))
  const state = element('span', { role: 'status' })

  /** Says how it went, whatever happens. */
  const act = (text: string, run: () => Promise<string>) => async (): Promise<void> => {
    state.textContent = text
    try {
      state.textContent = await run()
    } catch (error) {
      state.textContent = error instanceof Error ? error.message : String(error)
    }
  }
  const diagnose = act('Trying…', async () => {
    diagnosis = await mesh.diagnose()
    found.replaceChildren(findings(diagnosis))
    const { length } = diagnosis.problems
    return length === 1 ? '1 finding' : `${length} findings`
  })
  const copy = act('Copying…', async () => {
    const all = { ...about(), ...(await report(mesh, record, diagnosis)) }
    await navigator.clipboard.writeText(JSON.stringify(all, undefined, 2))
    return 'Copied'
  })

  const section = (title: string, ...nodes: readonly Node[]): Node =>
    element('section', {}, element(`h${headingLevel}`, {}, title), ...nodes)
  const panel = element('div', { class: 'pigeon-devtools' })
  panel.append(
    element(
      'div',
      { class: 'pigeon-actions' },
      button('Diagnose', diagnose),
      button('Copy as JSON', copy),
      state,
    ),
    section('Peers', ...peers.nodes),
    section('Events', ...events.nodes),
    section('Diagnosis', found),
    section('Log', logSwitches(logOf(mesh))),
  )
  parent.append(panel)
  const dropStyle = adoptStyle(panel.getRootNode())
  return {
    close() {
      peers.close()
      events.close()
      if (options.record === undefined) record.close()
      panel.remove()
      dropStyle()
    },
  }
}

function button(text: string, press: () => Promise<void>): Node {
  const made = element('button', { type: 'button' }, text)
  made.addEventListener('click', () => void press())
  return made
}
