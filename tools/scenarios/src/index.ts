/**
 * Networks of real peers in the simulator: for scenarios, benches and tests that join layers.
 * @module
 */
export { type BuildOptions, type BuiltNetwork, buildNetwork } from './build-network.ts'
export type { Layers, PeerOptions, ScenarioPeer } from './peer.ts'
export { components, linkCounts, ringCompleteness } from './topology/measures.ts'
