import { systemCrypto } from '@pigeon/identity/system'
import type { HubEngine, HubEngineWorld } from '../federation/node/federated-options.ts'
import type { Bus } from './bus.ts'
import { NatsLinks } from './nats-links.ts'

/**
 * Hubs of one cluster over a bus of your own. What goes over it is sealed with what all hubs know, so
 * the bus need not be trusted; it is closed with the hub.
 */
export function busEngine(bus: Bus): (world: HubEngineWorld) => HubEngine {
  return (world) => {
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
