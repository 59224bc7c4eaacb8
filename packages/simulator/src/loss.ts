import type { Host } from './host.ts'
import { mix, toFraction } from './random-stream.ts'

/**
 * Whether a frame is dropped: by its place in its link, so that no link's losses depend on
 * another's.
 * @param number of the frame on its link
 * @param rate 0 to 1
 */
export function isLost(from: Host, to: Host, number: number, rate: number): boolean {
  if (rate === 0) return false
  const link = mix(from.hash, to.hash ^ from.life)
  return toFraction(mix(link, number)) < rate
}
