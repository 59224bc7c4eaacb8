import type { PeerId } from '@pigeon/xor'
import { forgetOldest } from './oldest.ts'

/** Ways back to peers that reached this one, without being asked to. */
const MAX_RETURNS = 64

/** Recorded ways to peers that count as neighbours although there is no link to them. */
export class Tunnels {
  readonly #ways = new Map<PeerId, readonly PeerId[]>()
  /** The way that was chosen before, if it was another one: at most one to each peer. */
  readonly #spare = new Map<PeerId, readonly PeerId[]>()
  /** Ways back to those who sent, oldest first. */
  readonly #returns = new Map<PeerId, readonly PeerId[]>()

  /** The peers with a way that this side chose. */
  get peers(): Iterable<PeerId> {
    return this.#ways.keys()
  }

  has(peer: PeerId): boolean {
    return this.#ways.has(peer)
  }

  /** @param way every peer to pass, the last one `peer` */
  set(peer: PeerId, way: readonly PeerId[]): void {
    const before = this.#ways.get(peer)
    if (before !== undefined && before.join() !== way.join()) this.#spare.set(peer, before)
    this.#ways.set(peer, way)
  }

  delete(peer: PeerId): boolean {
    this.#spare.delete(peer)
    return this.#ways.delete(peer)
  }

  /** A frame came from `peer`: it can be answered along this way. */
  heard(peer: PeerId, way: readonly PeerId[]): void {
    this.#returns.delete(peer)
    this.#returns.set(peer, way)
    forgetOldest(this.#returns, MAX_RETURNS)
  }

  /** The way to a peer, chosen or back. */
  way(peer: PeerId): readonly PeerId[] | undefined {
    return this.#ways.get(peer) ?? this.#returns.get(peer)
  }

  /** The peers whose way begins at a neighbour that is gone. */
  through(neighbour: PeerId): PeerId[] {
    for (const [peer, [first]] of this.#spare) if (first === neighbour) this.#spare.delete(peer)
    const ends: PeerId[] = []
    for (const [peer, [first]] of this.#ways) if (first === neighbour) ends.push(peer)
    return ends
  }

  /** The way to the peer leads nowhere any more: what counts is the one before, if there is any. */
  cut(peer: PeerId): void {
    const spare = this.#spare.get(peer)
    this.delete(peer)
    this.#returns.delete(peer)
    if (spare !== undefined) this.#ways.set(peer, spare)
  }

  clear(): void {
    this.#ways.clear()
    this.#spare.clear()
    this.#returns.clear()
  }
}
