import { element } from './element.ts'
import type { EventRecord, RecordedEvent } from './event-record.ts'
import type { Part } from './peer-table.ts'
import { detailText } from './text.ts'

/** What was recorded, and what comes: the latest first, as many as the record keeps. */
export function eventList(record: EventRecord): Part {
  // It scrolls, so the keyboard must reach it.
  const list = element('ol', { class: 'pigeon-scroll', tabindex: '0' }, ...record.all.map(line))
  list.setAttribute('aria-label', 'Events, the latest first')
  const off = record.on('added', (event) => {
    list.prepend(line(event))
    if (list.children.length > record.limit) list.lastElementChild?.remove()
  })
  return { nodes: [list], close: off }
}

function line({ atMs, name, detail }: RecordedEvent): Node {
  const time = element('time', {}, `${(atMs / 1000).toFixed(1)} s`)
  const what = element('b', {}, name)
  return element('li', {}, time, ' ', what, ' ', element('code', {}, detailText(detail)))
}
