/**
 * Values that the peers of a network keep together.
 * @module
 */
export { DhtError, type DhtErrorCode, type DhtStats, type Explored, type Stored } from '@pigeon/dht'
export type { Value } from '../channels/value.ts'
export { openDht } from './open-dht.ts'
export type { DhtTable } from './table.ts'
export type {
  Abortable,
  DhtTableEvents,
  DhtTableOptions,
  TableEntry,
  Whose,
  WriteOptions,
} from './table-options.ts'
export { type WebDht, type WebDhtEvents, type WebDhtOptions, webDht } from './web-dht.ts'
