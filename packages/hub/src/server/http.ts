import type { IncomingMessage, ServerResponse } from 'node:http'
import type { HubStats } from '../events.ts'
import type { ListedHub } from './extension.ts'
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
  /** Other hubs that can be reached; `undefined` if it stands alone. */
  hubs: (() => readonly ListedHub[]) | undefined
  /** Why no more clients should come; `undefined` if they may. */
  unready: () => string | undefined
  /** Seconds since the start. */
  uptime: () => number
}

/** Answers one HTTP request: the hub's own pages, then the request handler, then 404. Never throws. */
export function answerRequest(
  request: IncomingMessage,
  response: ServerResponse,
  options: HttpOptions,
): void {
  const path = (request.url ?? '').split('?')[0] ?? ''
  const page = PAGES.get(path)
  if (page !== undefined) answerPage(request, response, options, page)
  else if (options.requestHandler === undefined) answerText(response, 404, 'not found')
  else void handOver(request, response, options.requestHandler)
}

interface Page {
  readonly status: number
  readonly body: object | string
}

/** Counts only: who is here, and in which network, is nobody else's business. */
const PAGES: ReadonlyMap<string, (options: HttpOptions) => Page> = new Map<
  string,
  (options: HttpOptions) => Page
>([
  ['/health', (options) => ({ status: 200, body: healthOf(options) })],
  [
    '/hubs',
    ({ hubs }) => {
      const all = hubs?.() ?? []
      return { status: 200, body: { timestamp: now(), totalHubs: all.length, hubs: all } }
    },
  ],
  ['/livez', () => ({ status: 200, body: 'alive' })],
  [
    '/readyz',
    ({ unready }) => {
      const reason = unready()
      return reason === undefined ? { status: 200, body: 'ready' } : { status: 503, body: reason }
    },
  ],
])

function healthOf({ getStats, uptime, unready, hubs }: HttpOptions): object {
  const { connections, peers, networks } = getStats()
  const status = unready() ?? 'healthy'
  const timestamp = now()
  const federation = { isHub: hubs !== undefined, hubs: hubs?.().length ?? 0 }
  return { status, timestamp, uptime: uptime(), ...federation, connections, peers, networks }
}

function now(): string {
  return new Date().toISOString()
}

function answerPage(
  request: IncomingMessage,
  response: ServerResponse,
  options: HttpOptions,
  page: (options: HttpOptions) => Page,
): void {
  const { corsOrigin } = options
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
    const { status, body } = page(options)
    response.setHeader('cache-control', 'no-store')
    if (typeof body === 'string') answerText(response, status, body)
    else answer(response, status, 'application/json', JSON.stringify(body))
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
