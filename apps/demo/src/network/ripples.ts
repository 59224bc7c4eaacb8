import type { PeerId } from '@pigeon/peer'
import { signal } from '../ui/signal.ts'

/** A message on its way, to be drawn. */
export interface Ripple {
  readonly key: number
  /** The peers it passes, its author first. */
  readonly path: readonly PeerId[]
}

/** Ripples drawn at once; of more, none. */
const MAX_RIPPLES = 64

let count = 0

export const ripples = signal<readonly Ripple[]>([])

/** Whether somebody asked their system for less movement: then nothing is drawn. */
const isStill = matchMedia('(prefers-reduced-motion: reduce)')

/** Shows a message go along a path. */
export function ripple(path: readonly PeerId[]): void {
  if (isStill.matches || path.length < 2 || ripples.value.length >= MAX_RIPPLES) return
  ripples.value = [...ripples.value, { key: count++, path }]
}

/** It arrived. */
export function endRipple(key: number): void {
  ripples.value = ripples.value.filter((one) => one.key !== key)
}
