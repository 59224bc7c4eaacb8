import type { PeerId } from '@pigeon/xor'
import type {
  Challenge,
  ErrorBody,
  GoAway,
  Hello,
  Left,
  Peers,
  Proof,
  Query,
  Welcome,
} from './bodies.ts'
import type { UndeliverableReason } from './codes.ts'
import type { Relay } from './relay.ts'

/** The RELAY to `id` with the same number came to nothing. */
export interface Undeliverable {
  readonly id: PeerId
  readonly reason: UndeliverableReason
}

/** A message from a client to its hub. */
export type ClientMessage =
  | ({ readonly type: 'hello' } & Hello)
  | ({ readonly type: 'proof' } & Proof)
  | ({ readonly type: 'relay' } & Relay)
  | ({ readonly type: 'query' } & Query)
  | { readonly type: 'ping' }
  | { readonly type: 'goodbye' }

/** A message from a hub to its client. */
export type HubMessage =
  | ({ readonly type: 'challenge' } & Challenge)
  | ({ readonly type: 'welcome' } & Welcome)
  | ({ readonly type: 'peers' } & Peers)
  | ({ readonly type: 'left' } & Left)
  | ({ readonly type: 'relay' } & Relay)
  | ({ readonly type: 'undeliverable' } & Undeliverable)
  | ({ readonly type: 'goaway' } & GoAway)
  | { readonly type: 'pong' }
  | ({ readonly type: 'error' } & ErrorBody)
