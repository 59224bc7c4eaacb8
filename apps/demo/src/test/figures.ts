import { existsSync, readFileSync, writeFileSync } from 'node:fs'

/** What the tests count and measure, for whoever runs them. */
export interface Figures {
  errors: number
  violations: number
  /** All that the page loads until it has joined, gzipped, bytes. */
  firstLoadBytes?: number
  /** From navigation to the first link to a peer, ms. */
  connectedMs?: number
  healed: Record<string, number>
}

export const figures: Figures = { errors: 0, violations: 0, healed: {} }

/** Adds what this file of tests found to what others did, where `PIGEON_FIGURES` says. */
export function writeFigures(): void {
  const path = process.env['PIGEON_FIGURES']
  if (path === undefined) return
  const before: Figures | undefined = existsSync(path)
    ? JSON.parse(readFileSync(path, 'utf8'))
    : undefined
  const healed = { ...before?.healed, ...figures.healed }
  const errors = (before?.errors ?? 0) + figures.errors
  const violations = (before?.violations ?? 0) + figures.violations
  writeFileSync(path, JSON.stringify({ ...before, ...figures, healed, errors, violations }))
}
