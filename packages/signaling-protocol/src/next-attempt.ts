import { Backoff } from './backoff.ts'
import type { ResolvedClientOptions } from './client-options.ts'
import { type ErrorCode, FATAL_CODES } from './codes.ts'
import { HubUrls } from './hub-urls.ts'

/** Errors that another hub may not have. */
const ELSEWHERE: ReadonlySet<ErrorCode> = new Set(['VERSION', 'AUTH_REQUIRED', 'AUTH_FAILED'])

/** How a connection, or an attempt at one, ended. */
export interface AttemptEnd {
  /** Alternatives of a hub that goes away, if that is why. */
  readonly movedTo: readonly string[] | undefined
  readonly error: ErrorCode | undefined
  /** Whether it had lasted. */
  readonly wasStable: boolean
}

/** Decides which hub is tried next, and when. */
export class NextAttempt {
  readonly #urls: HubUrls
  readonly #backoff: Backoff
  readonly #maxAttempts: number
  #failures = 0

  constructor({ urls, backoffMinMs, backoffMaxMs, random, maxAttempts }: ResolvedClientOptions) {
    this.#urls = new HubUrls(urls)
    this.#backoff = new Backoff(backoffMinMs, backoffMaxMs, random)
    this.#maxAttempts = maxAttempts
  }

  /** The hub that is connected or tried next; `undefined` once every hub refused. */
  get url(): string | undefined {
    return this.#urls.current
  }

  /** An attempt succeeded. */
  succeeded(): void {
    this.#failures = 0
  }

  /** Much time passed: waits are short again. */
  rested(): void {
    this.#backoff.reset()
  }

  /** @returns how long to wait, ms; `refused`: every hub refused; `given-up`: it failed too often */
  after({ movedTo, error, wasStable }: AttemptEnd): number | 'refused' | 'given-up' {
    if (movedTo !== undefined) {
      this.#backoff.reset()
      this.#urls.divert(movedTo)
    } else if (error !== undefined && FATAL_CODES.has(error)) {
      // Another hub may take us; whoever has our id would be met there again.
      if (ELSEWHERE.has(error)) this.#urls.drop()
      else this.#urls.dropAll()
      if (this.#urls.current === undefined) return 'refused'
    } else if (wasStable) {
      this.#backoff.reset()
      this.#urls.rewind()
    } else {
      this.#failures++
      this.#urls.advance()
    }
    if (this.#failures >= this.#maxAttempts) return 'given-up'
    if (movedTo !== undefined) return 0
    const waitMs = this.#backoff.next()
    if (this.#urls.atFirst) this.#backoff.grow()
    return waitMs
  }
}
