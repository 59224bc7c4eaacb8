/**
 * Encrypted, access-controlled, collaborative storage.
 * @module
 */
export type { Fault } from './authority/admissible.ts'
export type { Role } from './authority/role.ts'
export type { DocumentEngine, UpdateSpan } from './documents/engine.ts'
export { SpaceError, type SpaceErrorCode } from './errors.ts'
export type { VoidReason } from './fold/contents.ts'
export type { Item } from './fold/items.ts'
export type { Author, Member } from './keys/author.ts'
export type { Broadcast, ReplicatorOptions } from './replication/options.ts'
export { Replicator, type ReplicatorEvents } from './replication/replicator.ts'
export type { SpaceEvents } from './space/events.ts'
export type { NewSpace } from './space/genesis.ts'
export type { Receipt } from './space/intake.ts'
export type { Moment } from './space/moment.ts'
export type { Exclusive, SpaceLimits, SpaceOptions } from './space/options.ts'
export { Space } from './space/space.ts'
