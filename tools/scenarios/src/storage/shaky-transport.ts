import { Emitter, type Transport, type TransportEvents } from '@pigeon/transport'
import type { PeerId } from '@pigeon/xor'
import type { Dice } from './dice.ts'

/** Beyond the contract of a transport: frames come twice, and later than those sent after them. */
export class ShakyTransport implements Transport {
  readonly #below: Transport
  readonly #events = new Emitter<TransportEvents>()

  constructor(
    below: Transport,
    options: { dice: Dice; isShaky: () => boolean; after: (ms: number, run: () => void) => void },
  ) {
    const { dice, isShaky, after } = options
    this.#below = below
    below.on('up', (peer) => this.#events.emit('up', peer))
    below.on('down', (peer, reason) => this.#events.emit('down', peer, reason))
    below.on('drain', (peer, lane) => this.#events.emit('drain', peer, lane))
    below.on('frame', (from, frame) => {
      const hand = (): void => this.#events.emit('frame', from, frame.slice())
      if (!isShaky()) return hand()
      if (dice.chance(0.1)) after(dice.below(800), hand)
      if (dice.chance(0.2)) after(dice.below(800), hand)
      else hand()
    })
  }

  get self(): PeerId {
    return this.#below.self
  }

  get neighbours(): ReadonlySet<PeerId> {
    return this.#below.neighbours
  }

  get maxFrameBytes(): number {
    return this.#below.maxFrameBytes
  }

  send: Transport['send'] = (to, frame, lane) => this.#below.send(to, frame, lane)

  on<E extends keyof TransportEvents>(event: E, listener: TransportEvents[E]): () => void {
    return this.#events.on(event, listener)
  }
}
