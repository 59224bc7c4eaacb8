import { type ByteReader, ByteWriter, type Clock } from '@pigeon/transport'
import { Kind } from './kind.ts'
import type { Links } from './links.ts'
import type { Neighbour } from './neighbour.ts'
import type { NetworkTime } from './network-time.ts'

/** Round trips older than this are measured again when there is an occasion, ms. */
const STALE_MS = 120_000

/** Measures round trips, and learns what time it is at the other end. */
export class Pings {
  readonly #clock: Clock
  readonly #links: Links
  readonly #time: NetworkTime

  constructor(clock: Clock, links: Links, time: NetworkTime) {
    this.#clock = clock
    this.#links = links
    this.#time = time
  }

  ping(link: Neighbour): void {
    link.pingedAt = this.#clock.now()
    this.#links.send(link, Uint8Array.of(Kind.ping))
  }

  /** Measures again what was measured long ago. */
  renew(): void {
    const now = this.#clock.now()
    for (const link of this.#links.list) {
      if (now - Math.max(link.rttAt, link.pingedAt) > STALE_MS) this.ping(link)
    }
  }

  answer(link: Neighbour): void {
    const now = Math.max(0, Math.round(this.#clock.now()))
    this.#links.send(link, new ByteWriter(9).u8(Kind.pong).u64(now).finish())
  }

  answered(link: Neighbour, reader: ByteReader): void {
    const theirs = reader.u64()
    if (link.pingedAt === 0) return
    const now = this.#clock.now()
    link.rttMs = now - link.pingedAt
    link.rttAt = now
    link.pingedAt = 0
    link.clockAheadMs = theirs + link.rttMs / 2 - now
    this.#time.refresh(this.#links)
  }
}
