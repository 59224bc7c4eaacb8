import { wholeNumber } from '@pigeon/transport'
import type { Executor, Work } from '../executor.ts'
import type { Outcome } from '../failure.ts'
import type { Offer } from '../frames.ts'
import { Sandbox } from './sandbox.ts'

/** Options of {@link Sandboxes}. */
export interface SandboxesOptions {
  /** What may run: such as `accepts` of a `Consent`. */
  readonly accepts: (offer: Offer) => boolean | Promise<boolean>
  /** Tasks at once, a worker each. Default 1. */
  readonly slots?: number
  /** Where the frames are put; they are not seen. Default the body. */
  readonly parent?: HTMLElement
}

/**
 * Computes each task in a worker inside a frame that has `sandbox="allow-scripts"` and a policy
 * without network: it reaches no storage, no server and no page.
 */
export class Sandboxes implements Executor {
  readonly slots: number
  readonly accepts: (offer: Offer) => boolean | Promise<boolean>
  readonly #parent: HTMLElement
  /** Those that compute nothing now. */
  #idle: Sandbox[] = []
  readonly #all = new Set<Sandbox>()

  /** @throws RangeError that names the option and what it got */
  constructor(options: SandboxesOptions) {
    this.slots = wholeNumber('slots', options.slots ?? 1, 1, 256)
    this.accepts = options.accepts
    this.#parent = options.parent ?? document.body
  }

  run(work: Work, done: (outcome: Outcome) => void): () => void {
    const sandbox = this.#sandboxFor(work)
    sandbox.run(work, (outcome) => {
      if (sandbox.isUsable) this.#idle.push(sandbox)
      else this.#all.delete(sandbox)
      done(outcome)
    })
    return () => this.#kill(sandbox)
  }

  stop(): void {
    for (const sandbox of [...this.#all]) this.#kill(sandbox)
  }

  #sandboxFor({ hash, code }: Work): Sandbox {
    const at = this.#idle.findIndex((one) => one.hash === hash)
    if (at >= 0) return this.#idle.splice(at, 1)[0] as Sandbox
    const other = this.#idle.shift()
    if (other !== undefined) this.#kill(other)
    const sandbox = new Sandbox(hash, code, this.#parent)
    this.#all.add(sandbox)
    return sandbox
  }

  #kill(sandbox: Sandbox): void {
    this.#all.delete(sandbox)
    this.#idle = this.#idle.filter((one) => one !== sandbox)
    sandbox.kill()
  }
}
