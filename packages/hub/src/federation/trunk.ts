import {
  type CloseReason,
  Emitter,
  type SendResult,
  type Transport,
  type TransportEvents,
  type Unsubscribe,
} from '@pigeon/transport'
import type { PeerId } from '@pigeon/xor'
import { type HubLinkKind, LINK_KINDS } from './link-kind.ts'

/** What happens on a {@link Trunk} besides what does on every transport. */
export interface TrunkEvents extends TransportEvents {
  /** Frames to a hub go by another kind of link from now on, or its link fell silent or is heard again. */
  path: (peer: PeerId, kind: HubLinkKind | undefined) => void
}

/**
 * Several transports as one: a hub is a neighbour as long as any of them reaches it, and what is sent
 * goes by the best kind of link there is. What lies above knows of no kinds.
 *
 * Where a path changes, frames on the old one may arrive behind those on the new one, or get lost.
 */
export class Trunk implements Transport {
  readonly self: PeerId
  readonly maxFrameBytes: number
  readonly #transports = new Map<HubLinkKind, Transport>()
  readonly #neighbours = new Set<PeerId>()
  readonly #paths = new Map<PeerId, HubLinkKind>()
  /** Links that fell silent: used only if there is no other. */
  readonly #suspects = new Map<HubLinkKind, Set<PeerId>>()
  readonly #events = new Emitter<TrunkEvents>()

  constructor(self: PeerId, maxFrameBytes: number) {
    this.self = self
    this.maxFrameBytes = maxFrameBytes
  }

  get neighbours(): ReadonlySet<PeerId> {
    return this.#neighbours
  }

  /** What frames to a neighbour go by. */
  path(peer: PeerId): HubLinkKind | undefined {
    return this.#paths.get(peer)
  }

  /** Neighbours by one kind of link. */
  by(kind: HubLinkKind): ReadonlySet<PeerId> {
    return this.#transports.get(kind)?.neighbours ?? NOBODY
  }

  /** Whether a link is up and was heard of lately. */
  isSound(kind: HubLinkKind, peer: PeerId): boolean {
    return this.by(kind).has(peer) && this.#suspects.get(kind)?.has(peer) !== true
  }

  /** Adds the transport of one kind of link. @throws TypeError if there is one already */
  add(kind: HubLinkKind, transport: Transport): void {
    if (this.#transports.has(kind)) throw new TypeError(`there is a transport for ${kind} already`)
    this.#transports.set(kind, transport)
    this.#suspects.set(kind, new Set())
    transport.on('up', (peer) => this.#changed(peer, 'local'))
    transport.on('down', (peer, reason) => {
      this.#suspects.get(kind)?.delete(peer)
      this.#changed(peer, reason)
    })
    transport.on('frame', (from, frame) => {
      if (this.#neighbours.has(from)) this.#events.emit('frame', from, frame)
    })
    transport.on('drain', (peer) => {
      if (this.#paths.get(peer) === kind) this.#events.emit('drain', peer)
    })
    for (const peer of transport.neighbours) this.#changed(peer, 'local')
  }

  /** A link fell silent, or is heard again. */
  suspect(kind: HubLinkKind, peer: PeerId, isSuspect: boolean): void {
    const suspects = this.#suspects.get(kind)
    if (isSuspect && this.by(kind).has(peer)) suspects?.add(peer)
    else suspects?.delete(peer)
    const before = this.#paths.get(peer)
    this.#changed(peer, 'local')
    // It is the same path, but not as sound as it was, or sounder.
    if (before === this.#paths.get(peer)) this.#events.emit('path', peer, before)
  }

  send(to: PeerId, frame: Uint8Array): SendResult {
    if (frame.length > this.maxFrameBytes) return 'too-large'
    const path = this.#paths.get(to)
    if (path === undefined) return 'gone'
    return this.#transports.get(path)?.send(to, frame) ?? 'gone'
  }

  on<E extends keyof TrunkEvents>(event: E, listener: TrunkEvents[E]): Unsubscribe {
    return this.#events.on(event, listener)
  }

  #changed(peer: PeerId, reason: CloseReason): void {
    const before = this.#paths.get(peer)
    const after = this.#best(peer)
    if (before === after) return
    if (after === undefined) {
      this.#paths.delete(peer)
      this.#neighbours.delete(peer)
      this.#events.emit('path', peer, undefined)
      this.#events.emit('down', peer, reason)
      return
    }
    this.#paths.set(peer, after)
    const isNew = !this.#neighbours.has(peer)
    this.#neighbours.add(peer)
    this.#events.emit('path', peer, after)
    if (isNew) this.#events.emit('up', peer)
  }

  #best(peer: PeerId): HubLinkKind | undefined {
    const kinds = LINK_KINDS.filter((kind) => this.by(kind).has(peer))
    return kinds.find((kind) => this.isSound(kind, peer)) ?? kinds[0]
  }
}

const NOBODY: ReadonlySet<PeerId> = new Set()
