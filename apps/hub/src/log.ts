import { createHash, createHmac, randomBytes } from 'node:crypto'
import type { FederatedHubServer } from '@pigeon/hub/federation'
import type { HubServer } from '@pigeon/hub/server'
import { type Logger, pino } from 'pino'
import type { LogIp, LogLevel } from './options.ts'

/** A log of JSON lines to stderr. */
export function makeLog(level: LogLevel): Logger {
  return pino({ name: 'pigeon-hub', level }, pino.destination({ dest: 2, sync: true }))
}

/**
 * Writes down what happens on a hub: what clients do as info, since a flood of clients must not become
 * a flood of warnings, and the server's own trouble as errors. Whoever knows the name of a network may
 * join it, so only the start of its hash is written; tokens, keys and messages never are.
 */
export function logEvents(server: HubServer, log: Logger, logIp: LogIp): void {
  const address = addressWriter(logIp)
  server.on('started', (where) => log.info(where, 'started'))
  server.on('draining', (event) => log.info(event, 'draining'))
  server.on('drained', () => log.info('drained'))
  server.on('stopped', () => log.info('stopped'))
  // What nobody reads is not hashed.
  const isRead = (): boolean => log.isLevelEnabled('info')
  server.on('peerConnected', ({ network, ...event }) => {
    if (isRead()) log.info({ ...event, network: hashOf(network) }, 'peer joined')
  })
  server.on('peerDisconnected', ({ network, ...event }) => {
    if (isRead()) log.info({ ...event, network: hashOf(network) }, 'peer left')
  })
  server.on('limit', ({ remoteAddress, ...event }) => {
    if (isRead()) log.info({ ...event, ...address(remoteAddress) }, 'connection refused or ended')
  })
  server.on('error', (error) => log.error(error, 'listening socket has trouble'))
}

/** Writes down what happens between hubs. */
export function logHubs(server: FederatedHubServer, log: Logger): void {
  server.on('bootstrapConnected', (event) => log.info(event, 'connected to hub'))
  server.on('bootstrapDisconnected', (event) => log.info(event, 'disconnected from hub'))
  server.on('hubDiscovered', ({ peerId, via }) => log.info({ peerId, via }, 'hub discovered'))
  server.on('hubLost', (event) => log.warn(event, 'hub lost'))
  server.on('hubRefused', (event) => log.warn(event, 'link between hubs refused'))
  server.on('hubMeshReady', (event) => log.info(event, 'hub mesh ready'))
  server.on('hubMeshMigrated', (event) => log.info(event, 'hub mesh migrated'))
  server.on('hubMeshFallback', (event) => log.warn(event, 'hub mesh fell back to WebSockets'))
}

/** The first 32 bits of SHA-256: enough to tell networks apart, too little to name one. */
function hashOf(network: string): string {
  return createHash('sha256').update(network).digest('hex').slice(0, 8)
}

function addressWriter(logIp: LogIp): (address: string) => { remoteAddress?: string } {
  if (logIp === 'off') return () => ({})
  if (logIp === 'on') return (remoteAddress) => ({ remoteAddress })
  // Forgotten with the process: nobody can try all addresses later.
  const key = randomBytes(16)
  return (address) => ({
    remoteAddress: createHmac('sha256', key).update(address).digest('hex').slice(0, 12),
  })
}
