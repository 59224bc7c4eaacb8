import type { PeerId } from '@pigeon/xor'
import { forgetOldest } from './oldest.ts'

/** Ways back to peers that reached this one, without being asked to. */
const MAX_RETURNS = 64

/** Recorded ways to peers that count as neighbours although there is no link to them. */
export class Tunnels {
  readonly #ways = new Map<PeerId, readonly PeerId[]>()
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
    this.#ways.set(peer, way)
  }

  delete(peer: PeerId): boolean {
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

  /** The peers whose way begins at a neighbour. */
  through(neighbour: PeerId): PeerId[] {
    const ends: PeerId[] = []
    for (const [peer, [first]] of this.#ways) if (first === neighbour) ends.push(peer)
    return ends
  }

  /** No way to the peer leads there any more. */
  cut(peer: PeerId): void {
    this.#ways.delete(peer)
    this.#returns.delete(peer)
  }

  clear(): void {
    this.#ways.clear()
    this.#returns.clear()
  }
}
