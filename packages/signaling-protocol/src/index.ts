/**
 * What peers and hubs say to each other, its limits, and a client that reconnects.
 * @module
 */
export type {
  Challenge,
  ErrorBody,
  GoAway,
  Hello,
  Left,
  OfferedIceServer,
  Peers,
  Proof,
  Welcome,
  WelcomeLimits,
} from './bodies.ts'
export { SignalingClient } from './client.ts'
export { decodeHubMessage, encodeClientMessage } from './client-codec.ts'
export type { SignalingEvents, SignalingState, SignalingStats } from './client-events.ts'
export type { HubProver, SignalingClientOptions } from './client-options.ts'
export {
  CLOSE_ABNORMAL,
  CLOSE_CODES,
  CLOSE_NORMAL,
  type CloseCode,
  ERROR_CODES,
  type ErrorCode,
  FATAL_CODES,
  UNDELIVERABLE_BYTES,
  type UndeliverableReason,
} from './codes.ts'
export type { Decoded, DecodeErrorCode } from './decoded.ts'
export { SignalingError, type SignalingErrorCode } from './errors.ts'
export { decodeClientMessage, encodeHubMessage } from './hub-codec.ts'
export { audienceOf, type HubProofFacts, hubProofBytes } from './hub-proof.ts'
export {
  MAX_ALTERNATIVES,
  MAX_CANDIDATE_CHARACTERS,
  MAX_CLOSE_REASON_BYTES,
  MAX_CONNECTION_CHARACTERS,
  MAX_CONTROL_BYTES,
  MAX_ERROR_CHARACTERS,
  MAX_MESSAGE_BYTES,
  MAX_MID_CHARACTERS,
  MAX_NETWORK_BYTES,
  MAX_PEERS,
  MAX_SDP_CHARACTERS,
  MAX_TOKEN_CHARACTERS,
  RELAY_HEADER_BYTES,
  SESSION_CHARACTERS,
  SUBPROTOCOL,
  VERSIONS,
} from './limits.ts'
export { MessageType } from './message-type.ts'
export type { ClientMessage, HubMessage, Undeliverable } from './messages.ts'
export { isNetworkName } from './network-name.ts'
export { encodeRelay, type Relay, stampRelay } from './relay.ts'
export { newNonce, newSession } from './session.ts'
export { decodeSignal, encodeSignal } from './signal.ts'
export type { MessageSocket, MessageSocketEvents, SocketConnector } from './socket.ts'
export { describeVersions, negotiateVersion, type VersionRange } from './version.ts'
