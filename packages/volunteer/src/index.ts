/**
 * A stream of inputs, computed by volunteers who come and go.
 * @module
 */
export { Consent, type ConsentOptions, signable } from './consent.ts'
export { VolunteerError, type VolunteerErrorCode } from './errors.ts'
export type { VolunteerEvents } from './events.ts'
export type { Executor, Work } from './executor.ts'
export type { FailureReason, Outcome } from './failure.ts'
export type { Offer } from './frames.ts'
export { type CodeHash, codeHash, type JobId } from './ids.ts'
export type { Checkpoint } from './job/checkpoint.ts'
export type { DeadLetter, Entry } from './job/entry.ts'
export { type Hedge, type HedgeOptions, hedgeAtTail } from './job/hedge.ts'
export type { MapJob } from './job/map-job.ts'
export type { Aborting, Inputs, MapLimits, MapOptions } from './job/options.ts'
export { type QuorumOptions, quorum } from './job/quorum.ts'
export { type SpotCheckOptions, spotChecks } from './job/spot-checks.ts'
export type { JobStats, WorkerStats } from './job/stats.ts'
export { sameValue, type Validation } from './job/validation.ts'
export type { Limits } from './limits.ts'
export { OwnFunctions } from './own-functions.ts'
export type {
  VolunteerChannel,
  VolunteerChannelEvents,
  VolunteerTree,
  VolunteerTreeEvents,
} from './tree.ts'
export { decodeValue, encodeValue } from './values.ts'
export { Volunteer, type VolunteerOptions, type VolunteerStats } from './volunteer.ts'
