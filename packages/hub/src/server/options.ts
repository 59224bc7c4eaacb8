import type { IncomingMessage } from 'node:http'
import type { OfferedIceServer } from '@pigeon/signaling-protocol'
import type { Clock, Random } from '@pigeon/transport'
import type { PeerId } from '@pigeon/xor'
import type { AuthMode, VerifyToken } from '../auth.ts'
import type { HubError } from '../errors.ts'
import type { HubEvents } from '../events.ts'
import type { HubLimits } from '../limits.ts'
import type { HubExtension } from './extension.ts'
import type { RequestHandler } from './http.ts'
import type { HubAddress } from './hub-server.ts'
import type { Tls } from './listener.ts'

/** Options of `HubServer`. Those with a PeerPigeon name keep its default. */
export interface HubServerOptions extends Partial<Omit<HubLimits, 'maxMessageBytes'>> {
  /** Default 3000; 0 takes any free port. */
  port?: number | undefined
  /** An address of this machine. Default `localhost`, which is 127.0.0.1; `0.0.0.0` is all. */
  host?: string | undefined
  /**
   * Origins of pages that may use the hub, besides the hub's own: `*` or a list. Applies to
   * WebSockets and to HTTP. Programs that are no browsers send no origin and may always. Default `*`.
   */
  corsOrigin?: string | readonly string[] | undefined
  /** Bytes of one message, at most 1 MiB. Default 1 MiB. */
  maxMessageSize?: number | undefined
  /** Answers what is not the hub's own, such as pages. Default: 404. */
  requestHandler?: RequestHandler | undefined
  /**
   * Who may join. Default `keyed`. Proofs need nothing more; tokens need `verifyToken`.
   */
  auth?: AuthMode | undefined
  /** Checks tokens; must not throw. */
  verifyToken?: VerifyToken | undefined
  /** Whether peers of PeerPigeon, wire version 1, are taken. Default true. */
  allowV1?: boolean | undefined
  /** Connections that one address may open a second. Default 20. */
  connectRate?: number | undefined
  /** Connections that one address may open at once. Default 100. */
  connectBurst?: number | undefined
  /** How many proxies of one's own stand in front and write `X-Forwarded-For`. Default 0: none is believed. */
  trustProxy?: number | undefined
  /** Addresses that clients dial, where a proxy changes the header `Host`. Default: what that header says. */
  publicUrls?: readonly string[] | undefined
  /** STUN and TURN servers to tell a client, by its request. Default: none. */
  iceServers?: ((request: IncomingMessage) => readonly OfferedIceServer[]) | undefined
  /** Certificate and key, PEM. Default: no TLS. */
  tls?: Tls | undefined
  /** What shares the port, such as links to other hubs. Default: nothing. */
  extension?: HubExtension | undefined
  /** An id to be known by. Default: none. */
  hubId?: PeerId | undefined
  /** Default: the system's. */
  clock?: Clock | undefined
  /** Default: the system's. */
  random?: Random | undefined
}

/** What happens on a `HubServer`: all events of the hub, and those of the server. */
export interface HubServerEvents extends HubEvents {
  started: (address: HubAddress) => void
  stopped: () => void
  /** The listening socket has trouble; the server goes on if it can. */
  error: (error: HubError) => void
}
