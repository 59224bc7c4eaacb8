/**
 * The narrow interface between protocols and the links they run on.
 * @module
 */
export { ByteReader, ByteWriter, WireError, type WireErrorCode } from './bytes.ts'
export { wholeNumber } from './check.ts'
export type {
  Clock,
  CloseReason,
  Lane,
  Link,
  LinkEvents,
  LinkFactory,
  LinkFingerprints,
  Random,
  Refusal,
  SendResult,
  Signal,
  Transport,
  TransportEvents,
} from './contracts.ts'
export { Emitter, type Unsubscribe } from './emitter.ts'
export { LinkTransport } from './link-transport.ts'
export {
  MAX_PROTOCOL_NAME_BYTES,
  MAX_PROTOCOLS,
  Multiplexer,
  type MultiplexerEvents,
} from './multiplexer.ts'
export type { ProtocolTransport } from './protocol.ts'
export { Timers } from './timers.ts'
export { TokenBucket } from './token-bucket.ts'
export { when } from './when.ts'
