/**
 * Files between the peers of a network, of any size, checked and resumed.
 * @module
 */
export type { FileLimits } from './file-limits.ts'
export type { FileTransfer } from './file-transfer.ts'
export {
  type ByteStream,
  type Files,
  type FilesEvents,
  type FilesOptions,
  openFiles,
  type SendFileOptions,
} from './files.ts'
export type { FileHandle, FileTarget, IncomingFile } from './incoming-file.ts'
export type { OutgoingFile } from './outgoing-file.ts'
export type { Progress } from './transfer.ts'
export { TransferError, type TransferErrorCode } from './transfer-error.ts'
