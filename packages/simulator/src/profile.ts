import type { End } from './end.ts'
import type { Simulation } from './simulation.ts'

/** Whoever uses one end of a connection. */
export interface Sink {
  frame(end: End, bytes: Uint8Array): void
  drain(end: End): void
  /** Nothing was heard for {@link Profile.suspectMs}; `recovered` or `ended` follows. */
  suspect(end: End): void
  recovered(end: End): void
  /** The end is over for a reason from outside: what the other end said, or silence. */
  ended(end: End, reason: unknown): void
}

/** What all connections of one sort have in common. */
export interface Profile {
  readonly simulation: Simulation
  readonly windowBytes: number
  readonly silenceMs: number
  /** Silence after which the sink is told, `Infinity` for never. */
  readonly suspectMs: number
  /** Bytes a millisecond. */
  readonly bandwidth: number
  readonly copyFrames: boolean
  /** Whether it carries messages of sockets rather than frames of links. */
  readonly isSocket: boolean
  /** Why an end is over when nothing was heard for too long. */
  readonly silent: unknown
  /** What the other end, should it hear of that, is told. */
  readonly unheard: unknown
  /** Why it is over when the other host's system reports a dead process. */
  readonly broken: unknown
  /** Why it is over when the other host left. */
  readonly left: unknown
}
