import type { Clock, Transport } from '@pigeon/transport'
import type { PeerId } from '@pigeon/xor'
import type { RoutedBytes } from '../routed-bytes.ts'
import type { Refusal } from './message-frames.ts'

/** Limits of a `Messenger`. */
export interface MessengerLimits {
  /** The largest message over a link, bytes; both sides need it. Default 4 MiB. */
  maxMessageBytes?: number
  /** Bytes without a receipt for one peer. Default 16 MiB. */
  outstandingBytes?: number
  /** Messages without a receipt for one peer. Default 1,024. */
  outstandingMessages?: number
  /** Bytes of incomplete messages held for one neighbour. Default 16 MiB. */
  reassemblyBytes?: number
  /** How long a message over a link may make no progress, ms. Default 10,000. */
  timeoutMs?: number
}

/** What a `Messenger` is given. */
export interface MessengerOptions extends MessengerLimits {
  transport: Transport
  /** Takes what is for peers without a link. */
  routed: Pick<RoutedBytes, 'maxPayloadBytes' | 'send' | 'on'>
  clock: Clock
}

/** Why a message did not arrive, see {@link MessageErrorCode}. */
export type Failure = 'NO_ROUTE' | 'TIMEOUT' | 'CONGESTED' | 'PEER_GONE' | Refusal

/** What became of a message. */
export type Outcome =
  | { readonly ok: true; readonly hops: number; readonly ms: number }
  | { readonly ok: false; readonly code: Failure }

/** A message that arrived. */
export interface Arrived {
  readonly from: PeerId
  readonly messageId: string
  readonly payload: Uint8Array
  readonly hops: number
}
