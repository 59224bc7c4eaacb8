import type { MessageSocket } from '@pigeon/signaling-protocol'
import {
  type CloseReason,
  Emitter,
  type SendResult,
  type Transport,
  type TransportEvents,
  type Unsubscribe,
} from '@pigeon/transport'
import type { PeerId } from '@pigeon/xor'
import type { Greeting } from './greeting.ts'
import { type HubLinkEnd, HubSocket, type HubSocketOptions } from './hub-socket.ts'

/** Connections of hubs, or who says to be one, that have not proven themselves yet. */
const MAX_UNPROVEN = 64

/** What happens on {@link SocketLinks} besides what does on every transport. */
export interface SocketLinksEvents extends TransportEvents {
  /** A link ended or was refused. @param hub unless it never said who it is */
  ended: (event: { hub: PeerId | undefined; end: HubLinkEnd; isDialler: boolean }) => void
  /** Another hub sees this one under that address. */
  seenAs: (host: string) => void
}

/**
 * Links to other hubs over message sockets, such as WebSockets, as a transport.
 *
 * Invariant: at most one link to a hub; of two made at once that which the larger id dialled stands,
 * of two in the same direction the newer.
 */
export class SocketLinks implements Transport {
  readonly self: PeerId
  readonly maxFrameBytes: number
  readonly #options: HubSocketOptions
  readonly #links = new Map<PeerId, HubSocket>()
  readonly #neighbours = new Set<PeerId>()
  readonly #events = new Emitter<SocketLinksEvents>()
  #unproven = 0

  constructor(options: HubSocketOptions) {
    this.self = options.self
    this.maxFrameBytes = options.maxFrameBytes
    this.#options = options
  }

  get neighbours(): ReadonlySet<PeerId> {
    return this.#neighbours
  }

  /** What a neighbour said of itself. */
  greeting(peer: PeerId): Greeting | undefined {
    return this.#links.get(peer)?.remote
  }

  /** Takes a connection that another hub made. @param host under which address it is seen */
  accept(socket: MessageSocket, host?: string): void {
    if (this.#unproven >= MAX_UNPROVEN) {
      socket.close(1013, 'too many hubs at once')
      return
    }
    const link = this.#take(socket, false)
    link.on('open', () => {
      if (host !== undefined) link.tellSeenAs(host)
    })
  }

  /** Takes a connection that this hub makes, which need not be open yet. */
  dial(socket: MessageSocket): HubSocket {
    return this.#take(socket, true)
  }

  send(to: PeerId, frame: Uint8Array): SendResult {
    if (frame.length > this.maxFrameBytes) return 'too-large'
    return this.#links.get(to)?.send(frame) ?? 'gone'
  }

  on<E extends keyof SocketLinksEvents>(event: E, listener: SocketLinksEvents[E]): Unsubscribe {
    return this.#events.on(event, listener)
  }

  /** Ends the link to a hub. */
  close(peer: PeerId, end: HubLinkEnd = 'BYE'): void {
    const link = this.#links.get(peer)
    if (link === undefined) return
    link.close(end)
    this.#remove(peer, link, 'local')
  }

  #take(socket: MessageSocket, isDialler: boolean): HubSocket {
    const link = new HubSocket(socket, isDialler, this.#options)
    let isUnproven = true
    this.#unproven++
    const proven = (): void => {
      if (isUnproven) this.#unproven--
      isUnproven = false
    }
    link.on('open', ({ id }) => {
      proven()
      this.#opened(id, link)
    })
    link.on('frame', (frame) => {
      const id = link.remote?.id
      if (id !== undefined && this.#links.get(id) === link) this.#events.emit('frame', id, frame)
    })
    link.on('drain', () => {
      const id = link.remote?.id
      if (id !== undefined && this.#links.get(id) === link) this.#events.emit('drain', id)
    })
    link.on('seenAs', (host) => this.#events.emit('seenAs', host))
    link.on('close', (end) => {
      proven()
      const hub = link.remote?.id
      if (hub !== undefined) this.#remove(hub, link, REASONS[end] ?? 'failed')
      this.#events.emit('ended', { hub, end, isDialler })
    })
    return link
  }

  #opened(id: PeerId, link: HubSocket): void {
    const before = this.#links.get(id)
    if (before !== undefined) {
      const isSameWay = before.isDialler === link.isDialler
      const isBest = isSameWay || link.isDialler === this.self > id
      if (!isBest) {
        link.close('DUPLICATE')
        return
      }
      before.close('DUPLICATE')
      this.#remove(id, before, 'local')
    }
    this.#links.set(id, link)
    this.#neighbours.add(id)
    this.#events.emit('up', id)
  }

  #remove(id: PeerId, link: HubSocket, reason: CloseReason): void {
    if (this.#links.get(id) !== link) return
    this.#links.delete(id)
    this.#neighbours.delete(id)
    this.#events.emit('down', id, reason)
  }
}

const REASONS: Partial<Record<HubLinkEnd, CloseReason>> = {
  BYE: 'bye',
  MIGRATED: 'bye',
  DUPLICATE: 'bye',
  TIMEOUT: 'timeout',
}
