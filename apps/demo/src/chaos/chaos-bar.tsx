import './chaos.css'
import { askResident } from '../layers/ask-resident.ts'
import { equipment } from '../layers/equipment.ts'
import { others } from '../network/picture.ts'
import { explain, hub } from '../session/session.ts'
import { press } from '../ui/press.ts'
import { signal } from '../ui/signal.ts'
import { seconds } from '../ui/units.ts'
import { cutLinks } from './orders.ts'
import { countLinks, startWatch, watch } from './stopwatch.ts'

/** Which part of all links is cut. */
const CUT = 0.3

/** How long this page stands still, ms. */
const FREEZE_MS = 5000

const problem = signal('')

/** Buttons that break things, and how long it takes until they work again. */
export function ChaosBar() {
  const isReady = equipment.value !== undefined && others.value.length > 0
  return (
    <div class="chaos" role="toolbar" aria-label="Chaos">
      <button type="button" {...press(isReady && hub.value !== undefined, killHub)}>
        Kill the hub
      </button>
      <button type="button" {...press(isReady, cut)}>
        Cut 30 % of links
      </button>
      <button type="button" {...press(isReady, freeze)}>
        Freeze this page
      </button>
      <Stopwatch />
    </div>
  )
}

function Stopwatch() {
  const { value } = watch
  if (problem.value !== '') return <output class="watch lost">{problem.value}</output>
  if (value === undefined) return <output class="watch quiet">Break something, and watch.</output>
  const { what, ms, state } = value
  const words = { running: 'healing…', healed: 'healed', 'given up': 'not healed' }[state]
  // Its end is announced; ten readings a second would be too much to hear.
  return (
    <output
      aria-live="off"
      class={`watch ${state === 'running' ? 'runs' : state === 'healed' ? 'well' : 'lost'}`}
    >
      {what}: <b>{seconds(ms)}</b> {words}
    </output>
  )
}

function cut(): void {
  const { value } = equipment
  if (value === undefined) return
  problem.value = ''
  startWatch('30 % of links cut', countLinks())
  cutLinks(value, CUT)
}

/** Blocks this page, as a tab that the browser puts to sleep. */
function freeze(): void {
  problem.value = ''
  startWatch(`Frozen for ${seconds(FREEZE_MS)}`, countLinks())
  // After the browser has drawn that.
  requestAnimationFrame(() => {
    setTimeout(() => {
      const until = performance.now() + FREEZE_MS
      while (performance.now() < until);
    })
  })
}

/** The program that `npm start` runs beside the hub ends it, and starts it again. */
async function killHub(): Promise<void> {
  problem.value = ''
  const before = countLinks()
  try {
    await askResident('demo/restart-hub')
    startWatch('Hub killed', before)
  } catch (error) {
    problem.value = explain(error)
  }
}
