import type { GossipOptions } from '@pigeon/gossip'
import type { BenchRow } from '../table.ts'
import type { Field } from './field.ts'

/** One part of the bench: what it shows, as rows of the table. */
export type Section = (options: SectionOptions) => BenchRow[] | Promise<BenchRow[]>

/** What the command line says. */
interface SectionOptions {
  readonly seeds: readonly number[]
  /** Seeds of the scenario of random faults, from 1. */
  readonly faultSeeds: number
}

/** Bytes of each message. */
export const MESSAGE_BYTES = 1024

/** Proofs as long as a real signature, that cost nothing to make and to check. */
export const signed = (): Partial<GossipOptions> => ({
  sign: () => new Uint8Array(64),
  verify: () => true,
})

/**
 * Lets links grow older than those that are told of everything, then publishes ten messages: the
 * tree has its shape.
 */
export function warmUp(field: Field): void {
  field.simulation.runFor(40_000)
  field.publishMany(10, 333, MESSAGE_BYTES)
  field.simulation.runFor(2000)
}

/** The worst of a measurement over seeds. */
export const worst = (values: readonly number[]): number => Math.max(...values)

/** The mean of a measurement over seeds. */
export const mean = (values: readonly number[]): number =>
  values.reduce((sum, value) => sum + value, 0) / values.length

/** A row of the worst of a measurement over seeds, which may be at most so much. */
export function atWorst(
  metric: string,
  values: readonly number[],
  unit: string,
  limit: number,
): BenchRow {
  return { metric, ours: worst(values), unit, goal: { atMost: limit } }
}
