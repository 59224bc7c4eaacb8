import './legend.css'
import { isTable } from './is-table.ts'
import { links } from './picture.ts'

/** What the shapes of the picture are, and the way to the table. */
export function Legend() {
  const hasRelays = [...links.value.values()].some(({ isRelayed }) => isRelayed)
  return (
    <footer class="legend">
      <span class="key-browser">browser</span>
      <span class="key-node">program</span>
      <span class="key-hub">hub</span>
      {hasRelays && <span class="key-relay">relay</span>}
      <button
        type="button"
        class="small"
        aria-pressed={isTable.value}
        onClick={() => {
          isTable.value = !isTable.value
        }}
      >
        As a table
      </button>
    </footer>
  )
}
