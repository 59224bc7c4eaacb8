import { createHash, timingSafeEqual } from 'node:crypto'
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { DASHBOARD_CSS, DASHBOARD_HTML, DASHBOARD_ICON, DASHBOARD_JS } from './dashboard.ts'

/** What the admin port shows. */
export interface AdminPages {
  /** Prometheus's text format. */
  metrics(): Promise<{ type: string; text: string }>
  stats(): object
}

/** Time a request may take, ms. */
const REQUEST_MS = 5000

/** Connections at once. */
const MAX_CONNECTIONS = 64

const FILES: ReadonlyMap<string, readonly [type: string, text: string]> = new Map([
  ['/', ['text/html', DASHBOARD_HTML]],
  ['/dashboard.css', ['text/css', DASHBOARD_CSS]],
  ['/icon.svg', ['image/svg+xml', DASHBOARD_ICON]],
  ['/dashboard.js', ['text/javascript', DASHBOARD_JS]],
])

/**
 * The port for operators: a dashboard at `/`, `/metrics` and `/stats`. Numbers are shown only to those
 * with a token, if there are tokens; the page itself has none.
 */
export class AdminServer {
  readonly #pages: AdminPages
  readonly #tokens: readonly Buffer[]
  readonly #http: Server

  /** @param tokens any of them opens it; with none it is open */
  constructor(pages: AdminPages, tokens: readonly string[]) {
    this.#pages = pages
    this.#tokens = tokens.map(digest)
    this.#http = createServer({ requestTimeout: REQUEST_MS, headersTimeout: REQUEST_MS })
    this.#http.maxConnections = MAX_CONNECTIONS
    this.#http.on('request', (request, response) => void this.#answer(request, response))
  }

  /** @returns the port; @throws Error of Node if it cannot have it */
  async start(port: number, host: string): Promise<number> {
    await new Promise<void>((resolve, reject) => {
      this.#http.once('error', reject)
      this.#http.listen({ port, host: host === 'localhost' ? '127.0.0.1' : host }, () => {
        this.#http.off('error', reject)
        this.#http.on('error', () => {})
        resolve()
      })
    })
    return (this.#http.address() as AddressInfo).port
  }

  async stop(): Promise<void> {
    const closed = new Promise<void>((resolve) => this.#http.close(() => resolve()))
    this.#http.closeAllConnections()
    await closed
  }

  async #answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    response.setHeader('x-content-type-options', 'nosniff')
    response.setHeader('cache-control', 'no-store')
    response.setHeader('content-security-policy', "default-src 'self'; frame-ancestors 'none'")
    const path = (request.url ?? '').split('?')[0] ?? ''
    const file = FILES.get(path)
    if (request.method !== 'GET' && request.method !== 'HEAD') {
      send(response, 405, 'text/plain', 'method not allowed\n')
    } else if (file !== undefined) {
      send(response, 200, file[0], file[1])
    } else if (path !== '/metrics' && path !== '/stats') {
      send(response, 404, 'text/plain', 'not found\n')
    } else if (!this.#isAllowed(request)) {
      response.setHeader('www-authenticate', 'Bearer')
      send(response, 401, 'text/plain', 'a token is needed\n')
    } else if (path === '/stats') {
      send(response, 200, 'application/json', JSON.stringify(this.#pages.stats()))
    } else {
      const { type, text } = await this.#pages.metrics()
      send(response, 200, type, text)
    }
  }

  #isAllowed(request: IncomingMessage): boolean {
    if (this.#tokens.length === 0) return true
    const given = /^Bearer (.+)$/.exec(request.headers.authorization ?? '')?.[1]
    if (given === undefined) return false
    const hash = digest(given)
    return this.#tokens.filter((token) => timingSafeEqual(token, hash)).length > 0
  }
}

/** Of one length, whatever the text. */
function digest(text: string): Buffer {
  return createHash('sha256').update(text).digest()
}

function send(response: ServerResponse, status: number, type: string, body: string): void {
  const charset = type.includes('charset') ? type : `${type}; charset=utf-8`
  response.setHeader('content-type', charset)
  response.writeHead(status, { 'content-length': Buffer.byteLength(body) }).end(body)
}
