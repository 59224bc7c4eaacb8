import type { PeerId } from '@pigeon/xor'
import { mix, toFraction } from './random-stream.ts'

/**
 * How long frames take one way, ms:
 * - a number: always so long
 * - `uniform`: each pair its own, between two bounds
 * - `plane`: each host has a place in a square, and the distance counts; the farthest corners are
 *   `maxMs` apart
 * - a function: whatever it says of two ids
 */
export type Latency =
  | number
  | { readonly model: 'uniform'; readonly minMs: number; readonly maxMs: number }
  | { readonly model: 'plane'; readonly minMs: number; readonly maxMs: number }
  | ((a: PeerId, b: PeerId) => number)

/** What latency depends on. */
export interface Place {
  readonly id: PeerId
  /** 32 bits of its own, from seed and id. */
  readonly hash: number
}

/**
 * The one-way delay between two hosts, the same in both directions.
 * @throws RangeError that names the bounds
 */
export function latencyBetween(latency: Latency): (a: Place, b: Place) => number {
  if (typeof latency === 'function') return (a, b) => latency(a.id, b.id)
  if (typeof latency === 'number') {
    if (!(latency >= 0)) throw new RangeError(`latency is a number from 0, got ${latency}`)
    return () => latency
  }
  const { model, minMs, maxMs } = latency
  if (!(minMs >= 0 && maxMs >= minMs)) {
    throw new RangeError(`latency has 0 <= minMs <= maxMs, got ${minMs} and ${maxMs}`)
  }
  const range = maxMs - minMs
  if (model === 'uniform') {
    return (a, b) => {
      const [low, high] = a.hash < b.hash ? [a.hash, b.hash] : [b.hash, a.hash]
      return minMs + range * toFraction(mix(low, high))
    }
  }
  if (model === 'plane') {
    return (a, b) => {
      const x = toFraction(mix(a.hash, 1)) - toFraction(mix(b.hash, 1))
      const y = toFraction(mix(a.hash, 2)) - toFraction(mix(b.hash, 2))
      return minMs + (range * Math.sqrt(x * x + y * y)) / Math.SQRT2
    }
  }
  throw new RangeError(`latency.model is uniform or plane, got ${model as string}`)
}
