/**
 * A deterministic network in virtual time, with seeded faults.
 * @module
 */
export type { EventHandler } from './event-queue.ts'
export type { CrashNotice, Host, HostStats } from './host.ts'
export type { Latency } from './latency.ts'
export { SimulatedLink } from './link.ts'
export { type SimulatedConnector, SimulatedNetwork } from './network.ts'
export type { NetworkOptions, ResolvedOptions } from './options.ts'
export { RandomStream } from './random-stream.ts'
export type { Accept, SimulatedServer, SocketRequest } from './server.ts'
export { Simulation, type SimulationOptions } from './simulation.ts'
export type { SimulatedSocket, SimulatedSocketEvents } from './socket.ts'
