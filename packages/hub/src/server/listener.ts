import { createServer, type Server, type ServerOptions } from 'node:http'
import { createServer as createTlsServer } from 'node:https'
import type { Socket } from 'node:net'
import { HubError } from '../errors.ts'

/** What TLS needs, PEM. */
export interface Tls {
  readonly cert: string
  readonly key: string
}

/** An HTTP or HTTPS server that is quick to give up on slow requests. */
export function makeListener(handshakeTimeoutMs: number, tls: Tls | undefined): Server {
  const options: ServerOptions = {
    headersTimeout: handshakeTimeoutMs,
    requestTimeout: Math.max(handshakeTimeoutMs, 30_000),
    connectionsCheckingInterval: Math.min(1000, handshakeTimeoutMs / 2),
  }
  if (tls === undefined) return createServer(options)
  const { cert, key } = tls
  try {
    return createTlsServer({ ...options, handshakeTimeout: handshakeTimeoutMs, cert, key })
  } catch (cause) {
    throw new HubError('TLS_FAILED', `certificate and key do not fit: ${String(cause)}`, { cause })
  }
}

/** Asks about each connection before anything is done for it: no TLS, no parser. */
export function guard(server: Server, isWelcome: (socket: Socket) => boolean): void {
  const takers = server.listeners('connection')
  server.removeAllListeners('connection')
  server.on('connection', (socket: Socket) => {
    if (!isWelcome(socket)) socket.destroy()
    else for (const take of takers) take.call(server, socket)
  })
}

/**
 * Connections that may wait to be taken. When a hub starts again, all its peers come at once; what
 * the system has no room for waits for TCP to try again, for up to 15 s. Systems may allow fewer.
 */
const BACKLOG = 4096

/** @throws HubError that says why it cannot listen there */
export function listen(http: Server, port: number, host: string): Promise<void> {
  return new Promise((resolve, reject) => {
    http.once('error', (error) => reject(listenError(error, port, host)))
    // The name would be looked up and only its first address be bound, which may be ::1 alone.
    const address = host === 'localhost' ? '127.0.0.1' : host
    http.listen({ port, host: address, backlog: BACKLOG }, () => {
      http.removeAllListeners('error')
      resolve()
    })
  })
}

/** Trouble of a listening socket in words. */
export function listenError(error: NodeJS.ErrnoException, port: number, host: string): HubError {
  const options = { cause: error }
  switch (error.code) {
    case 'EADDRINUSE': {
      const text = `port ${port} on ${host} is in use; choose another with the option \`port\``
      return new HubError('PORT_BUSY', text, options)
    }
    case 'EACCES': {
      const text = `this user may not use port ${port}; choose one from 1024 with the option \`port\``
      return new HubError('PORT_DENIED', text, options)
    }
    case 'EADDRNOTAVAIL':
    case 'ENOTFOUND':
    case 'EAI_AGAIN': {
      const text = `${host} is no address of this machine; choose another with the option \`host\``
      return new HubError('HOST_UNAVAILABLE', text, options)
    }
    default:
      return new HubError('LISTEN_FAILED', `cannot listen: ${error.message}`, options)
  }
}
