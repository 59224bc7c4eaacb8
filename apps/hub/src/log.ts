import type { HubServer } from '@pigeon/hub/server'
import { type Logger, pino } from 'pino'
import type { LogLevel } from './options.ts'

/** A log of JSON lines to stderr. */
export function makeLog(level: LogLevel): Logger {
  return pino({ name: 'pigeon-hub', level }, pino.destination({ dest: 2, sync: true }))
}

/** Writes down what happens on a hub: what clients do as info, since a flood of
 * clients must not become a flood of warnings, and the server's own trouble as errors. */
export function logEvents(server: HubServer, log: Logger): void {
  server.on('started', (address) => log.info(address, 'started'))
  server.on('stopped', () => log.info('stopped'))
  server.on('peerConnected', (event) => log.info(event, 'peer joined'))
  server.on('peerDisconnected', (event) => log.info(event, 'peer left'))
  server.on('limit', (event) => log.info(event, 'connection refused or ended'))
  server.on('error', (error) => log.error(error, 'listening socket has trouble'))
}
