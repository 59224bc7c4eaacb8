import { createRequire } from 'node:module'

/** The part of the `WebSocket` class of the `ws` package that is counted. */
interface CountedSocket {
  send(...args: unknown[]): unknown
  ping(...args: unknown[]): unknown
  emit(event: string | symbol, ...args: unknown[]): boolean
}

const RECEIVED: ReadonlySet<string | symbol> = new Set(['message', 'ping'])

/**
 * Counts the messages that all WebSockets of one copy of the `ws` package send and receive from
 * now on, pings included, pongs that answer by themselves not.
 * @returns how many so far
 */
export function countMessages(WebSocket: unknown): () => number {
  const { prototype } = WebSocket as { prototype: CountedSocket }
  const { send, ping, emit } = prototype
  let count = 0
  prototype.send = function (...args) {
    count++
    return send.apply(this, args)
  }
  prototype.ping = function (...args) {
    count++
    return ping.apply(this, args)
  }
  prototype.emit = function (event, ...args) {
    if (RECEIVED.has(event)) count++
    return emit.call(this, event, ...args)
  }
  return () => count
}

/**
 * The `WebSocket` class of the `ws` package that a module uses.
 * @param from path or `file:` address of the module
 */
export function webSocketOf(from: string): unknown {
  const load = createRequire(from)
  return load('ws')
}
