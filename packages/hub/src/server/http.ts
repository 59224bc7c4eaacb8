import type { IncomingMessage, ServerResponse } from 'node:http'
import type { HubStats } from '../events.ts'
import { allowedOrigin } from './origin.ts'

/** Answers a request that is not the hub's own. */
export type RequestHandler = (
  request: IncomingMessage,
  response: ServerResponse,
) => void | Promise<void>

/** What the hub's own pages need. */
export interface HttpOptions {
  corsOrigin: string | readonly string[]
  requestHandler: RequestHandler | undefined
  getStats: () => HubStats
  /** Seconds since the start. */
  uptime: () => number
}

/** Answers one HTTP request: `/health`, then the request handler, then 404. Never throws. */
export function answerRequest(
  request: IncomingMessage,
  response: ServerResponse,
  options: HttpOptions,
): void {
  const path = (request.url ?? '').split('?')[0]
  if (path === '/health') answerHealth(request, response, options)
  else if (options.requestHandler === undefined) answerText(response, 404, 'not found')
  else void handOver(request, response, options.requestHandler)
}

function answerHealth(
  request: IncomingMessage,
  response: ServerResponse,
  { corsOrigin, getStats, uptime }: HttpOptions,
): void {
  const origin = allowedOrigin(request, corsOrigin)
  if (origin !== undefined) response.setHeader('access-control-allow-origin', origin)
  if (corsOrigin !== '*') response.setHeader('vary', 'origin')
  if (request.method === 'OPTIONS') {
    response.setHeader('access-control-allow-methods', 'GET, HEAD, OPTIONS')
    response.writeHead(204).end()
  } else if (request.method !== 'GET' && request.method !== 'HEAD') {
    response.setHeader('allow', 'GET, HEAD, OPTIONS')
    answerText(response, 405, 'method not allowed')
  } else {
    // Counts only: who is here, and in which network, is nobody else's business.
    const { connections, peers, networks } = getStats()
    const timestamp = new Date().toISOString()
    const health = { status: 'healthy', timestamp, uptime: uptime(), connections, peers, networks }
    response.setHeader('cache-control', 'no-store')
    answer(response, 200, 'application/json', JSON.stringify(health))
  }
}

async function handOver(
  request: IncomingMessage,
  response: ServerResponse,
  handler: RequestHandler,
): Promise<void> {
  try {
    await handler(request, response)
  } catch {
    if (response.headersSent) response.destroy()
    else answerText(response, 500, 'internal error')
  }
}

function answerText(response: ServerResponse, status: number, text: string): void {
  answer(response, status, 'text/plain; charset=utf-8', `${text}\n`)
}

function answer(response: ServerResponse, status: number, type: string, body: string): void {
  response.setHeader('content-type', type)
  response.setHeader('x-content-type-options', 'nosniff')
  response.setHeader('content-length', Buffer.byteLength(body))
  // A HEAD request gets the headers alone: Node leaves the body out.
  response.writeHead(status).end(body)
}
