import type { Traffic } from './counting-transport.ts'
import type { Field, Sent } from './field.ts'

/** The value below which `share` of the values lie. */
export function percentile(values: readonly number[], share: number): number {
  if (values.length === 0) return Number.NaN
  const sorted = [...values].sort((a, b) => a - b)
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] as number
}

/** Who got some messages, and when. */
export interface Delivery {
  /** Deliveries that were due: to those that were there all the time and are connected. */
  readonly due: number
  readonly delivered: number
  /** ms from publication to delivery. */
  readonly p50: number
  readonly p99: number
  readonly max: number
  /** The same of a flood over the same links. */
  readonly flood50: number
  readonly flood99: number
}

/**
 * Who got the messages of those that were there from publication to now, and that a flood would
 * have reached.
 */
export function judge(field: Field, messages: readonly Sent[]): Delivery {
  const ms: number[] = []
  const floodMs: number[] = []
  let due = 0
  for (const { audience, arrivals, flood } of messages) {
    for (const [peer, life] of audience) {
      const time = flood[peer] as number
      if (!field.isThere(peer, life) || !Number.isFinite(time)) continue
      due++
      floodMs.push(time)
      const arrival = arrivals[peer] as number
      if (!Number.isNaN(arrival)) ms.push(arrival)
    }
  }
  return {
    due,
    delivered: ms.length,
    p50: percentile(ms, 0.5),
    p99: percentile(ms, 0.99),
    max: percentile(ms, 1),
    flood50: percentile(floodMs, 0.5),
    flood99: percentile(floodMs, 0.99),
  }
}

/** All peers' traffic as one. */
export function sum(traffic: readonly Traffic[]): Traffic {
  const total: Traffic = { frames: 0, bytes: 0, copies: 0, kinds: new Map() }
  for (const { frames, bytes, copies, kinds } of traffic) {
    total.frames += frames
    total.bytes += bytes
    total.copies += copies
    for (const [kind, count] of kinds) total.kinds.set(kind, (total.kinds.get(kind) ?? 0) + count)
  }
  return total
}
