import type { HubEngine, HubEngineWorld } from '../federation/node/federated-options.ts'
import { busEngine } from './bus-engine.ts'
import { NatsBus } from './nats-bus.ts'

/** Which NATS to use, and as whom; what `connect` of `@nats-io/transport-node` takes. */
export interface NatsOptions {
  /** One server or several, such as `nats://localhost:4222`. */
  readonly servers: string | string[]
  readonly user?: string
  readonly pass?: string
  readonly token?: string
  /** TLS, with files in PEM; `{}` for the system's certificates. */
  readonly tls?: { readonly caFile?: string; readonly certFile?: string; readonly keyFile?: string }
}

/**
 * Hubs of one cluster over NATS. It needs a server, `nats-server -p 4222`, or several; while none can
 * be reached each hub serves its own clients, and tries again twice a second.
 * @example
 * new FederatedHubServer({ hubEngine: natsEngine({ servers: 'localhost:4222' }) })
 */
export function natsEngine(options: NatsOptions): (world: HubEngineWorld) => HubEngine {
  return (world) => busEngine(new NatsBus(options))(world)
}
