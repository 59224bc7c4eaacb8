/**
 * Links between the hubs of a cluster over NATS. Node only; needs `@nats-io/transport-node`.
 * @module
 */
export type { Bus } from './nats/bus.ts'
export { busEngine } from './nats/bus-engine.ts'
export { type NatsOptions, natsEngine } from './nats/nats-engine.ts'
export { NatsLinks, type NatsLinksOptions } from './nats/nats-links.ts'
