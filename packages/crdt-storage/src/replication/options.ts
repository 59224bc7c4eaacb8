import { type Clock, type Random, type Transport, wholeNumber } from '@pigeon/transport'

/** What a broadcast must offer, as `Gossip` of `@pigeon/gossip` does. */
export interface Broadcast {
  publish(topic: string, payload: Uint8Array): unknown
  on(
    event: 'message',
    listener: (message: { topic: string; from: string; payload: Uint8Array }) => void,
  ): () => void
}

/** How spaces are replicated. */
export interface ReplicatorOptions {
  /** Frames to direct neighbours, used by nothing else. */
  readonly transport: Transport
  readonly clock: Clock
  readonly random: Random
  /** Brings new entries to everybody. Default none: they go from neighbour to neighbour. */
  readonly gossip?: Broadcast
  /** How often a replica compares with a neighbour at random, ms. Default 30,000. */
  readonly compareMs?: number
  /** Spaces, at most. Default 1,024. */
  readonly maxSpaces?: number
  /** Frames and keys asked for a second by one neighbour; four times as many at once. Default 500. */
  readonly neighbourRate?: number
}

/** The same with all defaults. */
export type ReplicatorSettings = Required<Omit<ReplicatorOptions, 'gossip'>>

/** @throws RangeError that names the option and what it got */
export function replicatorSettings(options: ReplicatorOptions): ReplicatorSettings {
  const { transport, clock, random } = options
  const { compareMs = 30_000, maxSpaces = 1024, neighbourRate = 500 } = options
  wholeNumber('compareMs', compareMs, 100, 3_600_000)
  wholeNumber('maxSpaces', maxSpaces, 1, 1_000_000)
  wholeNumber('neighbourRate', neighbourRate, 1, 1_000_000)
  return { transport, clock, random, compareMs, maxSpaces, neighbourRate }
}
