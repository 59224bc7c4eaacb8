/**
 * Records that the peers of a network keep together.
 * @module
 */
export {
  type Address,
  MAX_NAME_BYTES,
  MAX_SALT_BYTES,
  RecordKind,
  type Sha256,
  type Target,
} from './address.ts'
export type { Stored } from './delivery.ts'
export { Dht } from './dht.ts'
export type { DhtEvents, DhtStats, Done, Draft, Explored, PutOptions } from './dht-types.ts'
export { DhtError, type DhtErrorCode } from './errors.ts'
export { getLarge, MAX_LARGE_BYTES, putLarge } from './large.ts'
export type { Found, Outcome } from './lookup.ts'
export type { DhtOptions, Limits, Signer, Verify } from './options.ts'
export { type DhtRecord, MAX_VALUE_BYTES, type RecordContent } from './record.ts'
export type { Awaitable } from './when.ts'
