import type { Clock, Random } from '@pigeon/transport'
import type { PeerId } from '@pigeon/xor'
import type { HubError } from '../errors.ts'
import type { HubEvents } from '../events.ts'
import type { HubLimits } from '../limits.ts'
import type { RequestHandler } from './http.ts'
import type { HubAddress } from './hub-server.ts'

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
