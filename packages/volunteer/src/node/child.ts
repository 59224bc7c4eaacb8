import { type ChildProcess, spawn } from 'node:child_process'
import { tmpdir } from 'node:os'
import { readAnswer } from '../answer.ts'
import type { Work } from '../executor.ts'
import type { Outcome } from '../failure.ts'
import type { CodeHash } from '../ids.ts'
import { CHILD_SOURCE } from './child-source.ts'

/** One child process, which computes one task at a time. Whatever it says is checked. */
export class Child {
  readonly #process: ChildProcess
  #loaded: CodeHash | undefined
  #number = 0
  #current: { readonly done: (outcome: Outcome) => void; readonly payloadBytes: number } | undefined
  #timer: ReturnType<typeof setTimeout> | undefined
  #isGone = false

  /** @param gone is told when it has ended, whyever */
  constructor(memoryMb: number, gone: () => void) {
    const flags = [`--max-old-space-size=${memoryMb}`, '--input-type=module']
    this.#process = spawn(process.execPath, [...flags, '--eval', CHILD_SOURCE], {
      env: {},
      cwd: tmpdir(),
      stdio: ['ignore', 'ignore', 'ignore', 'ipc'],
      serialization: 'advanced',
    })
    const end = () => {
      this.#isGone = true
      this.#finish({ ok: false, reason: 'threw', text: 'its process ended' })
      gone()
    }
    this.#process.on('exit', end)
    this.#process.on('error', end)
    this.#process.on('message', (message) => this.#said(message))
  }

  /** Whether it can compute something more. */
  get isUsable(): boolean {
    return !this.#isGone
  }

  /** Whether code was loaded here already; it could have left something behind for other code. */
  isFor(hash: CodeHash): boolean {
    return this.#loaded === undefined || this.#loaded === hash
  }

  run(
    { hash, code, payload, timeoutMs, payloadBytes }: Work,
    done: (outcome: Outcome) => void,
  ): void {
    const isNew = this.#loaded !== hash
    this.#loaded = hash
    this.#current = { done, payloadBytes }
    this.#timer = setTimeout(() => {
      this.#end()
      this.#finish({ ok: false, reason: 'timeout', text: `longer than ${timeoutMs} ms` })
    }, timeoutMs)
    const message = {
      number: ++this.#number,
      payload,
      ...(isNew && { code: Buffer.from(code).toString('base64') }),
    }
    // If it is gone, 'exit' says so.
    this.#process.send(message, () => {})
  }

  /** It is gone at once; what it computed is not told any more. */
  kill(): void {
    this.#current = undefined
    clearTimeout(this.#timer)
    this.#end()
  }

  #end(): void {
    this.#isGone = true
    this.#process.kill('SIGKILL')
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
