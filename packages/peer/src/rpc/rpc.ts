import { Emitter, type Unsubscribe, wholeNumber } from '@pigeon/transport'
import { systemClock, systemRandom } from '@pigeon/transport/system'
import { assertPeerId, type PeerId } from '@pigeon/xor'
import { abortable } from '../channels/abortable.ts'
import { Backlog } from '../channels/backlog.ts'
import { messengerOf } from '../channels/messenger-of.ts'
import type { PigeonMesh } from '../pigeon-mesh.ts'
import { MAX_NAME_BYTES } from './call-frames.ts'
import { type CallLimits, Calls } from './calls.ts'
import { RpcError } from './rpc-error.ts'

/** How long a call waits by default, ms. */
const TIMEOUT_MS = 10_000

/** What a handler learns besides the arguments. */
export interface CallContext {
  readonly from: PeerId
  /** Triggered when the caller gives up or its time is over. */
  readonly signal: AbortSignal
}

/** Options of one call. */
export interface CallOptions {
  /** How long to wait for the answer, ms. Default 10,000. */
  timeoutMs?: number
  /** Gives the call up, there as well. */
  signal?: AbortSignal
}

/** What one of several peers answered. */
export type Settled<R> =
  | { readonly peerId: PeerId; readonly status: 'fulfilled'; readonly value: R }
  | { readonly peerId: PeerId; readonly status: 'rejected'; readonly error: RpcError }

/** What happens on an {@link Rpc}. */
export interface RpcEvents {
  /** A handler threw something else than an RpcError; its caller was told `HANDLER_FAILED`. */
  failed: (event: { name: string; from: PeerId; error: unknown }) => void
}

/** Calls to other peers, and handlers for theirs. Made by {@link openRpc}. */
export class Rpc {
  readonly #calls: Calls
  readonly #events = new Emitter<RpcEvents>()

  constructor(calls: Calls) {
    this.#calls = calls
  }

  on<E extends keyof RpcEvents>(event: E, listener: RpcEvents[E]): Unsubscribe {
    return this.#events.on(event, listener)
  }

  /**
   * Answers calls of other peers.
   * @param name 1 to 64 bytes
   * @param handler returns the answer, any `Value`; an {@link RpcError} it throws reaches the caller
   * @returns ends it
   * @throws RangeError for such a name
   */
  handle<A, R>(
    name: string,
    handler: (args: A, context: CallContext) => R | Promise<R>,
  ): Unsubscribe {
    checkName(name)
    return this.#calls.handle(name, (args, from, finish) => {
      const abort = new AbortController()
      const run = async () => handler(args as A, { from, signal: abort.signal })
      run().then(
        (value) => finish({ ok: true, value }),
        (error) => {
          const isMeant = error instanceof RpcError
          const { code, message } = isMeant ? error : HIDDEN
          finish({ ok: false, code, message })
          if (!isMeant && !abort.signal.aborted) this.#events.emit('failed', { name, from, error })
        },
      )
      return () => abort.abort(new RpcError('ABORTED', 'the caller gave up'))
    })
  }

  /**
   * Calls one peer, linked or not.
   * @returns what its handler returned; it comes from the network, so check it
   * @throws RpcError; TypeError or RangeError for what cannot be sent
   */
  async call<R = unknown>(
    to: string,
    name: string,
    args?: unknown,
    options: CallOptions = {},
  ): Promise<R> {
    const peer = assertPeerId(to)
    checkName(name)
    const timeoutMs = wholeNumber('timeoutMs', options.timeoutMs ?? TIMEOUT_MS, 1, 2 ** 31 - 1)
    return abortable<R>(
      options.signal,
      (resolve, reject) =>
        this.#calls.call(peer, name, args, timeoutMs, (end) => {
          if (end.ok) resolve(end.value as R)
          else reject(new RpcError(end.code, end.message))
        }),
      (cause) => new RpcError('ABORTED', `${name} was aborted`, { cause }),
    )
  }

  /**
   * Calls several peers at once and hands out each answer as it comes. Leaving the loop gives up
   * the others.
   * @param to at most `maxCalls` peers; each counts once
   */
  callMany<R = unknown>(
    to: Iterable<string>,
    name: string,
    args?: unknown,
    options: CallOptions = {},
  ): AsyncIterable<Settled<R>, undefined> {
    const peers = [...new Set(to)].map(assertPeerId)
    const stop = new AbortController()
    const results = new Backlog<Settled<R>>(Math.max(1, peers.length), () => stop.abort())
    const signal = options.signal ? AbortSignal.any([stop.signal, options.signal]) : stop.signal
    let left = peers.length
    if (left === 0) results.end()
    for (const peerId of peers) {
      const settle = (result: Settled<R>) => {
        results.push(result)
        if (--left === 0) results.end()
      }
      this.call<R>(peerId, name, args, { ...options, signal }).then(
        (value) => settle({ peerId, status: 'fulfilled', value }),
        (error) => {
          if (error instanceof RpcError) settle({ peerId, status: 'rejected', error })
          else results.end(error)
        },
      )
    }
    return results
  }
}

/** What a caller learns of a bug in a handler. */
const HIDDEN = { code: 'HANDLER_FAILED', message: 'the handler failed' }

const opened = new WeakSet<PigeonMesh>()

/**
 * Opens calls on a mesh, once.
 * @throws RangeError if it is open already, or that names the option that is wrong
 * @throws MessageError `CLOSED`
 * @example
 * const rpc = openRpc(mesh)
 * rpc.handle('add', ([a, b]: number[]) => a + b)
 * const sum = await rpc.call<number>(peer, 'add', [1, 2])
 */
export function openRpc(mesh: PigeonMesh, limits: CallLimits = {}): Rpc {
  if (opened.has(mesh)) throw new RangeError('rpc is open on this mesh already')
  const calls = new Calls(messengerOf(mesh), systemClock, systemRandom, limits)
  opened.add(mesh)
  mesh.on('closed', () => calls.close())
  return new Rpc(calls)
}

function checkName(name: string): void {
  const bytes = new TextEncoder().encode(name).length
  if (bytes >= 1 && bytes <= MAX_NAME_BYTES) return
  throw new RangeError(`a name has 1 to ${MAX_NAME_BYTES} bytes, got ${bytes}`)
}
