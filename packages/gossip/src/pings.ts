import { type ByteReader, ByteWriter } from '@pigeon/transport'
import type { Core } from './core.ts'
import { Kind } from './kind.ts'
import type { Neighbour } from './neighbour.ts'

/** Delays older than this are measured again when there is an occasion, ms. */
const STALE_MS = 120_000

/** Measures how long frames take to a neighbour, and learns what time it is there. */
export function ping(core: Core, link: Neighbour): void {
  link.pingedAt = core.now()
  core.links.send(link, Uint8Array.of(Kind.ping))
}

/** Measures again what was measured long ago. */
export function renewPings(core: Core): void {
  for (const link of core.links.list) {
    if (core.now() - Math.max(link.measuredAt, link.pingedAt) > STALE_MS) ping(core, link)
  }
}

export function answerPing(core: Core, link: Neighbour): void {
  const now = Math.max(0, Math.round(core.now()))
  core.links.send(link, new ByteWriter(9).u8(Kind.pong).u64(now).finish())
}

/** @throws WireError if it is no answer */
export function measured(core: Core, link: Neighbour, reader: ByteReader): void {
  const theirs = reader.u64()
  if (link.pingedAt === 0) return
  const now = core.now()
  link.delayMs = (now - link.pingedAt) / 2
  link.measuredAt = now
  link.pingedAt = 0
  link.clockAheadMs = theirs + link.delayMs - now
}
