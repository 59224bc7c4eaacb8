import { type CodeHash, codeHash } from './ids.ts'
import type { Neighbour } from './neighbour.ts'

/** Code by its hash: kept, asked for, and passed on. */
export class Codes {
  readonly #kept = new Map<CodeHash, Uint8Array>()
  /** Who waits for code that is on its way here. */
  readonly #waiting = new Map<CodeHash, Set<Neighbour>>()
  /** Whom it was asked of. */
  readonly #asked = new Map<CodeHash, Neighbour>()
  readonly #limit: number
  readonly #codeBytes: number
  readonly #arrived: (hash: CodeHash) => void

  /** @param arrived is told when code that was asked for is here */
  constructor(
    options: { readonly codes: number; readonly codeBytes: number },
    arrived: (hash: CodeHash) => void,
  ) {
    this.#limit = options.codes
    this.#codeBytes = options.codeBytes
    this.#arrived = arrived
  }

  get(hash: CodeHash): Uint8Array | undefined {
    return this.#kept.get(hash)
  }

  /** The one that was used least recently gives way. */
  keep(code: Uint8Array): CodeHash {
    const hash = codeHash(code)
    this.#kept.delete(hash)
    this.#kept.set(hash, code)
    for (const oldest of this.#kept.keys()) {
      if (this.#kept.size <= this.#limit) break
      this.#kept.delete(oldest)
    }
    return hash
  }

  /** Asks for code that is not here, unless it is asked for already. */
  ask(hash: CodeHash, of: Neighbour): void {
    if (this.#kept.has(hash) || this.#asked.get(hash) === of) return
    this.#asked.set(hash, of)
    of.send({ kind: 'need', hash })
  }

  /** There is another way to it: it is asked for there if somebody waits. */
  follow(hash: CodeHash, source: Neighbour): void {
    if (this.#waiting.has(hash)) this.ask(hash, source)
  }

  /**
   * Somebody needs it: it is sent now, or when it is here.
   * @param source whom to ask for it; undefined: nobody, and it is not sent
   */
  needed(hash: CodeHash, by: Neighbour, source: Neighbour | undefined): void {
    if (this.#kept.has(hash)) {
      this.#deliver(hash, by)
      return
    }
    if (source === undefined || source === by) return
    const waiting = this.#waiting.get(hash) ?? new Set()
    this.#waiting.set(hash, waiting)
    waiting.add(by)
    this.ask(hash, source)
  }

  /** @returns false if nobody asked for it, or it is not what was asked for */
  received(hash: CodeHash, code: Uint8Array, from: Neighbour): boolean {
    if (this.#asked.get(hash) !== from || code.length > this.#codeBytes) return false
    this.#asked.delete(hash)
    if (codeHash(code) !== hash) return false
    this.keep(code.slice())
    for (const neighbour of this.#waiting.get(hash) ?? []) this.#deliver(hash, neighbour)
    this.#waiting.delete(hash)
    this.#arrived(hash)
    return true
  }

  /** It takes frames again. */
  drained(neighbour: Neighbour): void {
    for (const [hash, waiting] of this.#waiting) {
      if (!waiting.has(neighbour) || !this.#kept.has(hash)) continue
      waiting.delete(neighbour)
      this.#deliver(hash, neighbour)
    }
  }

  /** A neighbour is gone. */
  forget(neighbour: Neighbour): void {
    for (const [hash, waiting] of this.#waiting) {
      waiting.delete(neighbour)
      if (waiting.size === 0) this.#waiting.delete(hash)
    }
    for (const [hash, of] of this.#asked) if (of === neighbour) this.#asked.delete(hash)
  }

  #deliver(hash: CodeHash, to: Neighbour): void {
    const code = this.#kept.get(hash)
    if (code === undefined || to.offer({ kind: 'code', hash, code })) return
    const waiting = this.#waiting.get(hash) ?? new Set()
    this.#waiting.set(hash, waiting)
    waiting.add(to)
  }
}
