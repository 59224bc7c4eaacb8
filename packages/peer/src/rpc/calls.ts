import { type Clock, type Random, wholeNumber } from '@pigeon/transport'
import type { PeerId } from '@pigeon/xor'
import type { Messenger } from '../channels/messenger.ts'
import type { Arrived, Failure } from '../channels/messenger-options.ts'
import { Service } from '../channels/service.ts'
import {
  CALL_BYTES,
  type CallFrame,
  callName,
  decodeCallFrame,
  encodeCallFrame,
} from './call-frames.ts'

/** Limits of calls. */
export interface CallLimits {
  /** Calls of this peer without an answer. Default 256. */
  maxCalls?: number
  /** Calls of others handled at once; more are told `BUSY`. Default 64. */
  maxHandling?: number
  /** Of those, from one peer. Default 16. */
  maxHandlingPerPeer?: number
  /** How long a handler may take at most, ms; then it is aborted. Default 600,000. */
  maxHandlingMs?: number
}

/** How a call ended. */
export type CallEnd =
  | { readonly ok: true; readonly value: unknown }
  | { readonly ok: false; readonly code: string; readonly message: string }

/** Handles a call and says how it ended. @returns gives it up */
export type CallHandler = (
  args: unknown,
  from: PeerId,
  finish: (end: CallEnd) => void,
) => () => void

interface Open {
  readonly to: PeerId
  readonly end: (end: CallEnd) => void
}

interface Handling {
  readonly from: PeerId
  giveUp: () => void
  cancelTimer: () => void
}

/** Questions with answers over a messenger, bounded on both sides. */
export class Calls {
  readonly #messenger: Messenger
  readonly #clock: Clock
  readonly #random: Random
  readonly #maxCalls: number
  readonly #maxHandling: number
  readonly #maxHandlingPerPeer: number
  readonly #maxHandlingMs: number
  readonly #handlers = new Map<string, CallHandler>()
  readonly #open = new Map<string, Open>()
  readonly #handling = new Map<string, Handling>()
  #isClosed = false

  /** @throws RangeError that names the option and what it got */
  constructor(messenger: Messenger, clock: Clock, random: Random, limits: CallLimits = {}) {
    const limit = (name: keyof CallLimits, byDefault: number) =>
      wholeNumber(name, limits[name] ?? byDefault, 1, 2 ** 31 - 1)
    this.#messenger = messenger
    this.#clock = clock
    this.#random = random
    this.#maxCalls = limit('maxCalls', 256)
    this.#maxHandling = limit('maxHandling', 64)
    this.#maxHandlingPerPeer = limit('maxHandlingPerPeer', 16)
    this.#maxHandlingMs = limit('maxHandlingMs', 600_000)
    messenger.serve(Service.calls, (message) => this.#received(message))
  }

  /** Calls of others that are being handled. */
  get handling(): number {
    return this.#handling.size
  }

  /** @returns removes it; what it handles goes on */
  handle(name: string, handler: CallHandler): () => void {
    this.#handlers.set(name, handler)
    return () => {
      if (this.#handlers.get(name) === handler) this.#handlers.delete(name)
    }
  }

  /**
   * @param end is called once, never before this returns, unless the call is given up
   * @returns gives it up, there as well
   * @throws TypeError or RangeError for a value that cannot be sent
   */
  call(
    to: PeerId,
    name: string,
    value: unknown,
    timeoutMs: number,
    end: (end: CallEnd) => void,
  ): () => void {
    const call = callName(this.#random.fill(new Uint8Array(CALL_BYTES)))
    const payload = encodeCallFrame({ kind: 'request', call, name, timeoutMs, value })
    if (this.#isClosed) return this.#clock.after(0, () => end(CLOSED))
    if (this.#open.size >= this.#maxCalls) {
      return this.#clock.after(0, () =>
        end(failed('CONGESTED', `${this.#maxCalls} calls are open`)),
      )
    }
    const finish = (result: CallEnd) => {
      if (!this.#open.delete(call)) return
      cancelTimer()
      end(result)
    }
    const { cancel } = this.#messenger.send(to, Service.calls, payload, (outcome) => {
      if (!outcome.ok) finish(failed(outcome.code, `${name} did not reach ${to}`))
    })
    const giveUp = () => {
      if (!this.#open.delete(call)) return
      cancelTimer()
      cancel()
      this.#tell(to, { kind: 'cancel', call })
    }
    const cancelTimer = this.#clock.after(timeoutMs, () => {
      giveUp()
      end(failed('TIMEOUT', `${name}: no answer from ${to} after ${timeoutMs} ms`))
    })
    this.#open.set(call, { to, end: finish })
    return giveUp
  }

  /** Ends all calls, and gives up what is being handled. */
  close(): void {
    this.#isClosed = true
    for (const { end } of [...this.#open.values()]) end(CLOSED)
    for (const [key, { giveUp }] of [...this.#handling]) {
      this.#end(key)
      giveUp()
    }
    this.#handlers.clear()
  }

  #received({ from, payload }: Arrived): undefined {
    const frame = decodeCallFrame(payload)
    if (frame?.kind === 'request') this.#request(from, frame)
    else if (frame?.kind === 'cancel') this.#cancelled(`${from} ${frame.call}`)
    else if (frame !== undefined) this.#answer(from, frame)
  }

  #answer(from: PeerId, frame: CallFrame & { kind: 'result' | 'error' }): void {
    const open = this.#open.get(frame.call)
    // Late, or of somebody who was not asked.
    if (open?.to !== from) return
    if (frame.kind === 'result') open.end({ ok: true, value: frame.value })
    else open.end(failed(frame.code, frame.message))
  }

  #request(from: PeerId, { call, name, timeoutMs, value }: CallFrame & { kind: 'request' }): void {
    const key = `${from} ${call}`
    const handler = this.#handlers.get(name)
    if (handler === undefined) {
      this.#refuse(from, call, 'NO_HANDLER', `nobody handles ${name}`)
      return
    }
    if (this.#handling.has(key)) return
    const ofPeer = [...this.#handling.values()].filter((one) => one.from === from).length
    if (this.#handling.size >= this.#maxHandling || ofPeer >= this.#maxHandlingPerPeer) {
      this.#refuse(from, call, 'BUSY', 'too many calls at once')
      return
    }
    const handling: Handling = {
      from,
      giveUp: () => {},
      cancelTimer: this.#clock.after(Math.min(timeoutMs, this.#maxHandlingMs), () =>
        this.#cancelled(key),
      ),
    }
    this.#handling.set(key, handling)
    handling.giveUp = handler(value, from, (end) => {
      if (this.#end(key)) this.#finished(from, call, end)
    })
  }

  /** @returns whether it was being handled */
  #end(key: string): boolean {
    this.#handling.get(key)?.cancelTimer()
    return this.#handling.delete(key)
  }

  #cancelled(key: string): void {
    const handling = this.#handling.get(key)
    if (this.#end(key)) handling?.giveUp()
  }

  #finished(to: PeerId, call: string, end: CallEnd): void {
    if (!end.ok) {
      this.#refuse(to, call, end.code, end.message)
      return
    }
    try {
      const payload = encodeCallFrame({ kind: 'result', call, value: end.value })
      if (payload.length > this.#messenger.maxPayloadBytes(to)) {
        this.#refuse(to, call, 'RESULT_TOO_LARGE', `the answer has ${payload.length} bytes`)
      } else this.#messenger.send(to, Service.calls, payload, () => {})
    } catch {
      this.#refuse(to, call, 'HANDLER_FAILED', 'the answer cannot be sent')
    }
  }

  #refuse(to: PeerId, call: string, code: string, message: string): void {
    this.#tell(to, { kind: 'error', call, code, message })
  }

  /** Whether it arrives is not asked: the caller has a time limit. */
  #tell(to: PeerId, frame: CallFrame): void {
    this.#messenger.send(to, Service.calls, encodeCallFrame(frame), () => {})
  }
}

function failed(code: Failure | (string & {}), message: string): CallEnd {
  return { ok: false, code, message }
}

const CLOSED = failed('CLOSED', 'the mesh is closed')
