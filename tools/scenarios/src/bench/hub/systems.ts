import type { PeerId } from '@pigeon/xor'

/** Servers that are measured. */
export const SYSTEMS = ['v2', 'v1', 'ws', 'splice', 'peerpigeon', 'peerjs'] as const

/**
 * One of {@link SYSTEMS}: our hub by either wire version, a bare relay of JSON, one that reads no
 * more than whom a message is for (the least that a relay on `ws` can do), and two others.
 */
export type System = (typeof SYSTEMS)[number]

/** The same id for the same number, everywhere. */
export function idOf(index: number): PeerId {
  // Spread over the ring: multiplied by an odd number, the order of the first digits is scattered.
  const scattered = (Math.imul(index + 1, 2_654_435_761) >>> 0).toString(16).padStart(8, '0')
  return `${scattered}${index.toString(16).padStart(32, '0')}` as PeerId
}
