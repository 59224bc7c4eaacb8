import type { PeerId } from '@pigeon/peer'

/** Where an id stands on a ring, in turns from the top, clockwise. 52 bits of it are enough to draw. */
export const turnOf = (id: PeerId | string): number =>
  Number.parseInt(id.slice(0, 13), 16) / 16 ** 13

/** A point on a circle around the origin. */
export function pointAt(turn: number, radius: number): { x: number; y: number } {
  const angle = 2 * Math.PI * turn
  return { x: radius * Math.sin(angle), y: -radius * Math.cos(angle) }
}
