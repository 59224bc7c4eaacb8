import type { NodeConnectionOptions } from '@nats-io/transport-node'
import { systemCrypto } from '@pigeon/identity/system'
import type { HubEngine, HubEngineWorld } from '../federation/node/federated-options.ts'
import { NatsBus } from './nats-bus.ts'
import { NatsLinks } from './nats-links.ts'

/**
 * Hubs of one cluster over NATS. It needs a server, `nats-server -p 4222`, or several; while none can
 * be reached each hub serves its own clients, and tries again twice a second.
 * @param options those of `@nats-io/transport-node`: `servers`, credentials, TLS
 * @example
 * new FederatedHubServer({ hubEngine: natsEngine({ servers: 'localhost:4222' }) })
 */
export function natsEngine(options: NodeConnectionOptions): (world: HubEngineWorld) => HubEngine {
  return (world) => {
    const bus = new NatsBus(options)
    const links = new NatsLinks({ ...world, bus, crypto: systemCrypto })
    return {
      transport: links,
      async close() {
        links.close()
        await bus.close()
      },
    }
  }
}
