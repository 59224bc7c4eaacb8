import type { IncomingMessage } from 'node:http'

/**
 * What `Access-Control-Allow-Origin` says to a request.
 * @returns `*`, the request's own origin if it is allowed, else `undefined`
 * @see WHATWG Fetch, §3.2
 */
export function allowedOrigin(
  request: IncomingMessage,
  corsOrigin: string | readonly string[],
): string | undefined {
  if (corsOrigin === '*') return '*'
  const { origin } = request.headers
  if (origin === undefined) return undefined
  const allowed = typeof corsOrigin === 'string' ? [corsOrigin] : corsOrigin
  if (allowed.includes('*') || allowed.includes(origin)) return origin
  return hostOf(origin) === request.headers.host ? origin : undefined
}

/** Whether a page may open a WebSocket; browsers always say where it is from, programs do not. */
export function mayConnect(
  request: IncomingMessage,
  corsOrigin: string | readonly string[],
): boolean {
  return request.headers.origin === undefined || allowedOrigin(request, corsOrigin) !== undefined
}

function hostOf(origin: string): string | undefined {
  return /^https?:\/\/([^/]+)$/.exec(origin)?.[1]
}
