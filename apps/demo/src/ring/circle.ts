import type { PeerId } from '@pigeon/peer'

/** Where an id stands on a ring, in turns from the top, clockwise. 52 bits of it are enough to draw. */
export const turnOf = (id: PeerId | string): number =>
  Number.parseInt(id.slice(0, 13), 16) / 16 ** 13

/** A point on a circle around the origin. */
export function pointAt(turn: number, radius: number): { x: number; y: number } {
  const angle = 2 * Math.PI * turn
  return { x: radius * Math.sin(angle), y: -radius * Math.cos(angle) }
}

/** Names nearer than this to the one before stand further out, in turns. */
const CROWDED = 0.035

/** Names stand in so many circles at most. */
const CIRCLES = 3

/** In which circle around the ring each name stands, so that those of near peers do not cover each other. */
export function nameCircles(turns: readonly number[]): number[] {
  const order = turns.map((turn, index) => ({ turn, index })).sort((a, b) => a.turn - b.turn)
  const circles = turns.map(() => 0)
  for (const [place, { turn, index }] of order.entries()) {
    const before = order[place - 1]
    const isNear = before !== undefined && turn - before.turn < CROWDED
    circles[index] = isNear ? ((circles[before.index] as number) + 1) % CIRCLES : 0
  }
  return circles
}
