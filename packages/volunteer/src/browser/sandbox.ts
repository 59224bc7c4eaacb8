import { readAnswer } from '../answer.ts'
import type { Work } from '../executor.ts'
import type { Outcome } from '../failure.ts'
import type { CodeHash } from '../ids.ts'
import { FRAME_SOURCE } from './frame-source.ts'
import { WORKER_SOURCE } from './worker-source.ts'

/**
 * A worker in a frame of an opaque origin, for the code of one hash; it computes one task at a
 * time. Whatever it says is checked.
 */
export class Sandbox {
  readonly hash: CodeHash
  readonly #frame: HTMLIFrameElement
  readonly #port: MessagePort
  #number = 0
  #current: { readonly done: (outcome: Outcome) => void; readonly payloadBytes: number } | undefined
  #timer: ReturnType<typeof setTimeout> | undefined
  #isGone = false

  constructor(hash: CodeHash, code: Uint8Array, parent: HTMLElement) {
    this.hash = hash
    const { port1, port2 } = new MessageChannel()
    this.#port = port1
    port1.onmessage = ({ data }) => this.#said(data)
    const frame = document.createElement('iframe')
    frame.setAttribute('sandbox', 'allow-scripts')
    frame.setAttribute('aria-hidden', 'true')
    frame.hidden = true
    frame.srcdoc = FRAME_SOURCE
    const text = new TextDecoder().decode(code)
    frame.addEventListener(
      'load',
      () => {
        // An opaque origin has no name to send to; it is the document above.
        frame.contentWindow?.postMessage({ worker: WORKER_SOURCE, code: text }, '*', [port2])
      },
      { once: true },
    )
    parent.append(frame)
    this.#frame = frame
  }

  /** Whether it can compute something more. */
  get isUsable(): boolean {
    return !this.#isGone
  }

  run({ payload, timeoutMs, payloadBytes }: Work, done: (outcome: Outcome) => void): void {
    this.#current = { done, payloadBytes }
    this.#timer = setTimeout(() => {
      this.#end()
      this.#finish({ ok: false, reason: 'timeout', text: `longer than ${timeoutMs} ms` })
    }, timeoutMs)
    this.#port.postMessage({ number: ++this.#number, payload })
  }

  /** It is gone; what it computed is not told any more. */
  kill(): void {
    this.#current = undefined
    clearTimeout(this.#timer)
    this.#end()
  }

  #end(): void {
    this.#isGone = true
    this.#port.close()
    this.#frame.remove()
  }

  #said(message: unknown): void {
    if (this.#current === undefined) return
    const outcome = readAnswer(message, this.#number, this.#current.payloadBytes)
    if (outcome !== undefined) this.#finish(outcome)
  }

  #finish(outcome: Outcome): void {
    const current = this.#current
    this.#current = undefined
    clearTimeout(this.#timer)
    current?.done(outcome)
  }
}
