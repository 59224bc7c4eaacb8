/**
 * Hubs that form one network: links between them, one directory and one router over all of them.
 * @module
 */
export type { DialTarget } from './federation/dialler.ts'
export type { FederationStats } from './federation/hub-federation.ts'
export { HubNode } from './federation/hub-node.ts'
export type { HubNodeOptions } from './federation/hub-node-options.ts'
export { HUB_SUBPROTOCOL } from './federation/hub-socket.ts'
export type { KnownHub } from './federation/known-hub.ts'
export type { HubLinkKind } from './federation/link-kind.ts'
export {
  type BootstrapConnection,
  FederatedHubServer,
  type FederatedHubStats,
  type HubNetworkStats,
} from './federation/node/federated-hub-server.ts'
export type {
  FederatedHubServerEvents,
  FederatedHubServerOptions,
  HubEngine,
  HubEngineWorld,
  MakeHubEngine,
} from './federation/node/federated-options.ts'
export { hubKeyFromSeed } from './federation/node/hub-key.ts'
export { localHubSecret, localSecretFile } from './federation/node/local-secret.ts'
export type { HubAnnouncement, HubNodeEvents } from './federation/node-events.ts'
export { HubTrust, type HubTrustOptions, MIN_SECRET_CHARACTERS } from './federation/trust.ts'
