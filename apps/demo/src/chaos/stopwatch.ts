import { hopsFrom } from '../network/hops.ts'
import { nodes } from '../network/picture.ts'
import { record } from '../session/events.ts'
import { hub, mesh, self, suspects } from '../session/session.ts'
import { announce } from '../ui/announce.ts'
import { signal } from '../ui/signal.ts'
import { seconds } from '../ui/units.ts'

/** How often the network is looked at, ms. */
const LOOK_MS = 100

/** It must have been whole for so long before that counts, ms. */
const CALM_MS = 1500

/** After so long the watch stops without an end, ms. */
const GIVE_UP_MS = 60_000

/** A disturbance, and how long it took until all was well again. */
export interface Watch {
  readonly what: string
  /** So far, or in all, ms. */
  readonly ms: number
  readonly state: 'running' | 'healed' | 'given up'
}

export const watch = signal<Watch | undefined>(undefined)

let timer: ReturnType<typeof setInterval> | undefined

/** What is still wrong; nothing, if the network is whole as far as this peer can see. */
function wounds(linksBefore: number): readonly string[] {
  const [me, joined] = [self.value, mesh.value]
  if (me === undefined || joined === undefined) return ['not joined']
  const found: string[] = []
  if (hub.value === undefined) found.push('no hub')
  if (suspects.value.size > 0) found.push('peers that are not heard of')
  if (hopsFrom(me, nodes.value).size < nodes.value.length) found.push('parts that are apart')
  if (joined.debugConnectivity().isIncomplete) found.push('a gap in the ring')
  if (countLinks() < linksBefore) found.push('fewer links than before')
  return found
}

/** Links between peers that are there, each counted at both ends. */
export function countLinks(): number {
  const known = new Set(nodes.value.map(({ peerId }) => peerId))
  return nodes.value.reduce((sum, { links }) => sum + links.filter((id) => known.has(id)).length, 0)
}

/** Starts to watch a disturbance; it is over when nothing is wrong any more, and stays so. */
export function startWatch(what: string, linksBefore: number): void {
  clearInterval(timer)
  const startedAt = performance.now()
  let wholeSince: number | undefined
  announce(`${what}: the stopwatch runs`)
  record('chaos', { what })
  watch.value = { what, ms: 0, state: 'running' }
  timer = setInterval(() => {
    const now = performance.now()
    // What is told of a cut needs a moment to come.
    if (wounds(linksBefore).length > 0 || now - startedAt < LOOK_MS * 5) wholeSince = undefined
    else wholeSince ??= now
    const isOver = wholeSince !== undefined && now - wholeSince >= CALM_MS
    const isLost = now - startedAt > GIVE_UP_MS
    const ms = (isOver ? (wholeSince as number) : now) - startedAt
    watch.value = { what, ms, state: isOver ? 'healed' : isLost ? 'given up' : 'running' }
    if (!isOver && !isLost) return
    clearInterval(timer)
    record(isOver ? 'healed' : 'given up', { what, ms })
    announce(isOver ? `Healed after ${seconds(ms)}` : 'Not healed within a minute')
  }, LOOK_MS)
}
