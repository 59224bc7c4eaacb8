import './inspector.css'
import { type Devtools, mountDevtools } from '@pigeon/peer/devtools'
import { events } from '../session/events.ts'
import { mesh, where } from '../session/session.ts'

/** What happened, what the links do, and what is wrong. */
export function Inspector() {
  return (
    <section class="card inspector" aria-label="Inspector">
      <h2>Inspector</h2>
      {mesh.value === undefined ? <p class="quiet">Not joined yet.</p> : <div ref={show} />}
    </section>
  )
}

let panel: Devtools | undefined

/** Has the panel in an element of the page; without one, nowhere. */
function show(element: Element | null): void {
  panel?.close()
  panel = undefined
  if (element === null || mesh.value === undefined) return
  const about = () => ({ where: where.value })
  panel = mountDevtools(element, mesh.value, { record: events, headingLevel: 3, about })
}
