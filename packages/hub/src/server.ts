/**
 * The hub on a port: WebSocket for peers, HTTP for health checks and pages. Node only.
 * @module
 */
export { HubError, type HubErrorCode } from './errors.ts'
export type { HubExtension, ListedHub } from './server/extension.ts'
export type { RequestHandler } from './server/http.ts'
export { type HubAddress, HubServer } from './server/hub-server.ts'
export type { Tls } from './server/listener.ts'
export type { HubServerEvents, HubServerOptions } from './server/options.ts'
