import { readFileSync } from 'node:fs'
import type { HubServerOptions, Tls } from '@pigeon/hub/server'
import { makeIceServers } from './ice-servers.ts'
import type { HubProgramOptions } from './options.ts'
import { ProgramError, servePages } from './pages.ts'
import { makeVerifier } from './tokens.ts'

/**
 * The program's options as those of `HubServer`.
 * @param stunPort where STUN is answered, if it is
 * @throws ProgramError if a file cannot be read
 */
export async function serverOptions(
  options: HubProgramOptions,
  stunPort: () => number | undefined,
): Promise<HubServerOptions> {
  const { static: folder, v1, publicUrl, handshakeTimeout, heartbeat, offlineTime } = options
  const { port, host, corsOrigin, trustProxy, auth } = options
  const { maxConnections, maxConnectionsPerAddress, connectRate, connectBurst } = options
  const { maxNetworks, maxPeersPerNetwork, maxMessageSize, maxBufferedBytes } = options
  const { messageRate, messageBurst, byteRate, byteBurst } = options
  return {
    ...{ port, host, corsOrigin, trustProxy, auth },
    ...{ maxConnections, maxConnectionsPerAddress, connectRate, connectBurst },
    ...{ maxNetworks, maxPeersPerNetwork, maxMessageSize, maxBufferedBytes },
    ...{ messageRate, messageBurst, byteRate, byteBurst },
    allowV1: v1 === 'on',
    publicUrls: publicUrl,
    handshakeTimeoutMs: handshakeTimeout * 1000,
    heartbeatMs: Math.round(heartbeat * 1000),
    offlineMs: offlineTime * 1000,
    tls: readTls(options),
    verifyToken: await makeVerifier(options),
    iceServers: makeIceServers(options, stunPort),
    requestHandler: folder === undefined ? undefined : servePages(folder),
  }
}

/** @throws ProgramError if one is missing or cannot be read */
export function readTls({ tlsCert, tlsKey }: HubProgramOptions): Tls | undefined {
  if (tlsCert === undefined && tlsKey === undefined) return undefined
  if (tlsCert === undefined || tlsKey === undefined) {
    throw new ProgramError('--tls-cert and --tls-key go together')
  }
  try {
    return { cert: readFileSync(tlsCert, 'utf8'), key: readFileSync(tlsKey, 'utf8') }
  } catch (error) {
    throw new ProgramError(`certificate or key: ${(error as Error).message}`)
  }
}
