import type { IncomingMessage } from 'node:http'
import { isIP } from 'node:net'

/**
 * Where a request comes from. Behind `trustProxy` proxies of one's own it is what the last of them
 * wrote into `X-Forwarded-For`; anything further left was written by who knows whom.
 * @param trustProxy how many proxies stand in front; 0 believes no header
 */
export function clientAddress(request: IncomingMessage, trustProxy: number): string {
  const direct = request.socket.remoteAddress ?? ''
  if (trustProxy === 0) return direct
  const header = request.headers['x-forwarded-for']
  const chain = (typeof header === 'string' ? header : (header ?? []).join(','))
    .split(',')
    .map((address) => address.trim())
  const address = chain.at(-trustProxy) ?? ''
  return isIP(address) === 0 ? direct : address
}
