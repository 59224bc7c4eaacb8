/**
 * Spaces in a table of the network, for when nobody who has them is there.
 * @module
 */
export { Archive, type ArchiveOptions } from './archive/archive.ts'
export type { ArchiveTable } from './archive/archive-table.ts'
export { catchUpFrom, joinArchived } from './archive/restore.ts'
