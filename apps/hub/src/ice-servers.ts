import type { IncomingMessage } from 'node:http'
import type { HubServerOptions } from '@pigeon/hub/server'
import type { HubProgramOptions } from './options.ts'
import { turnCredentials } from './turn.ts'

/**
 * The STUN and TURN servers that a client is told.
 * @param stunPort where ours listens, if it does
 */
export function makeIceServers(
  options: HubProgramOptions,
  stunPort: () => number | undefined,
): HubServerOptions['iceServers'] {
  const { stunHost, turnUrls, turnSecret, turnTtl } = options
  return (request) => {
    const port = stunPort()
    const host = stunHost ?? hostOf(request)
    const stun = port === undefined || host === '' ? [] : [{ urls: [`stun:${host}:${port}`] }]
    if (turnUrls.length === 0) return stun
    const words = turnSecret === undefined ? {} : turnCredentials(turnSecret, turnTtl, Date.now())
    return [...stun, { urls: turnUrls.slice(0, 8), ...words }]
  }
}

/** The name by which the client dialled, without its port. */
function hostOf(request: IncomingMessage): string {
  const { host = '' } = request.headers
  return /^(\[[0-9a-f:.]+\]|[a-z0-9.-]+)(:\d+)?$/i.exec(host)?.[1] ?? ''
}
