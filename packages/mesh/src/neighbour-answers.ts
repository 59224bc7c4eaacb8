import type { Unsubscribe } from '@pigeon/transport'
import type { PeerId } from '@pigeon/xor'
import type { Linker } from './linker.ts'
import type { NeighbourFrame } from './neighbour-frames.ts'
import type { Neighbourhood } from './neighbourhood.ts'
import type { Overflow } from './overflow.ts'
import type { RingKeeper } from './ring-keeper.ts'

/** What {@link answerNeighbours} goes by. */
export interface NeighbourAnswersOptions {
  readonly neighbourhood: Neighbourhood
  readonly linker: Linker
  readonly ring: RingKeeper
  readonly overflow: Overflow
}

/** Hands what neighbours say, beside their links, to the part of a mesh that it is for. */
export function answerNeighbours(options: NeighbourAnswersOptions): Unsubscribe {
  const { neighbourhood, linker, ring, overflow } = options
  const answer = (from: PeerId, frame: Exclude<NeighbourFrame, { kind: 'links' }>) => {
    switch (frame.kind) {
      case 'fours':
      case 'alarm':
        ring.heard(from, frame)
        return
      case 'need': {
        const links = linker.places.open.size
        neighbourhood.send(from, { kind: 'needed', need: linker.ring.need(from), links })
        return
      }
      case 'needed':
        overflow.answered(from, frame.need, frame.links)
        return
    }
  }
  const subscriptions = [
    neighbourhood.on('up', (peer) => ring.linked(peer)),
    neighbourhood.on('frame', answer),
  ]
  return () => {
    for (const unsubscribe of subscriptions) unsubscribe()
  }
}
