import type { MessageSocket } from '@pigeon/signaling-protocol'
import type { Hub } from '../hub.ts'
import type { HubAddress } from './hub-server.ts'

/** What `/hubs` says of one other hub. */
export interface ListedHub {
  readonly peerId: string
  readonly connected: boolean
  readonly hops: number
}

/** Something that shares the port of a hub and speaks a protocol of its own, such as links to other hubs. */
export interface HubExtension {
  /** The WebSocket subprotocol that it takes. */
  readonly subprotocol: string
  /** Bytes of one of its messages. */
  readonly maxMessageBytes: number
  /** The hub listens. */
  started(hub: Hub, address: HubAddress): void
  /** A socket that speaks its subprotocol. */
  accept(socket: MessageSocket, remoteAddress: string): void
  /** The hub asks its clients to move. @returns other hubs for them, preferred first */
  draining(): readonly string[]
  /** The hub stops. */
  stop(): Promise<void>
  /** Other hubs that can be reached. */
  hubs(): readonly ListedHub[]
}
