import type { PeerId } from '@pigeon/xor'
import type {
  CloseReason,
  Lane,
  Link,
  SendResult,
  Transport,
  TransportEvents,
} from './contracts.ts'
import { Emitter, type Unsubscribe } from './emitter.ts'

/**
 * A {@link Transport} over links that somebody else makes: {@link add} a link when it is made, and
 * its peer is a neighbour from `open` to `close`.
 */
export class LinkTransport implements Transport {
  readonly self: PeerId
  readonly maxFrameBytes: number
  readonly #links = new Map<PeerId, Link>()
  readonly #neighbours = new Set<PeerId>()
  readonly #events = new Emitter<TransportEvents>()

  constructor(self: PeerId, maxFrameBytes: number) {
    this.self = self
    this.maxFrameBytes = maxFrameBytes
  }

  get neighbours(): ReadonlySet<PeerId> {
    return this.#neighbours
  }

  /**
   * Takes over a link. If a second link to one peer opens, it replaces the first: `down`, then
   * `up`; the first is left to its owner to close.
   */
  add(link: Link): void {
    const peer = link.remote
    const current = () => this.#links.get(peer) === link
    link.on('frame', (frame) => {
      if (current()) this.#events.emit('frame', peer, frame)
    })
    link.on('drain', (lane) => {
      if (current()) this.#events.emit('drain', peer, lane)
    })
    link.on('close', (reason) => {
      if (current()) this.#remove(peer, reason)
    })
    if (link.state === 'open') this.#up(link)
    else link.on('open', () => this.#up(link))
  }

  send(to: PeerId, frame: Uint8Array, lane?: Lane): SendResult {
    if (frame.length > this.maxFrameBytes) return 'too-large'
    return this.#links.get(to)?.send(frame, lane) ?? 'gone'
  }

  on<E extends keyof TransportEvents>(event: E, listener: TransportEvents[E]): Unsubscribe {
    return this.#events.on(event, listener)
  }

  #up(link: Link): void {
    const peer = link.remote
    if (this.#links.has(peer)) this.#remove(peer, 'local')
    this.#links.set(peer, link)
    this.#neighbours.add(peer)
    this.#events.emit('up', peer)
  }

  #remove(peer: PeerId, reason: CloseReason): void {
    this.#links.delete(peer)
    this.#neighbours.delete(peer)
    this.#events.emit('down', peer, reason)
  }
}
