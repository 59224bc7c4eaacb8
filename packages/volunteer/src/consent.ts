import { bytesToHex, utf8ToBytes } from '@noble/hashes/utils.js'
import type { Offer } from './frames.ts'
import type { CodeHash } from './ids.ts'

/** What an author signs to vouch for code. */
export function signable(hash: CodeHash): Uint8Array {
  return utf8ToBytes(`pigeon/volunteer/code/1 ${hash}`)
}

/** Options of {@link Consent}. */
export interface ConsentOptions {
  /** Code that may run without asking. Default none. */
  readonly allowed?: Iterable<CodeHash>
  /** Public keys, as hex, of authors whose code may run when the person agrees. Default none. */
  readonly authors?: Iterable<string>
  /** Checks an author's signature. Default nobody's counts. */
  readonly verify?: (
    bytes: Uint8Array,
    signature: Uint8Array,
    key: Uint8Array,
  ) => boolean | Promise<boolean>
  /** Asks the person. Default no. */
  readonly ask?: (offer: Offer) => boolean | Promise<boolean>
}

/** Which code may run here: what is listed, and what a trusted author signed and the person agreed to. */
export class Consent {
  readonly #allowed: ReadonlySet<CodeHash>
  readonly #authors: ReadonlySet<string>
  readonly #options: ConsentOptions

  constructor(options: ConsentOptions) {
    this.#options = options
    this.#allowed = new Set(options.allowed ?? [])
    this.#authors = new Set(options.authors ?? [])
  }

  accepts(offer: Offer): boolean | Promise<boolean> {
    if (this.#allowed.has(offer.hash)) return true
    return this.#isTrusted(offer) && this.#agreed(offer)
  }

  #isTrusted({ author }: Offer): boolean {
    return author.length > 0 && this.#authors.has(bytesToHex(author))
  }

  async #agreed(offer: Offer): Promise<boolean> {
    const { verify, ask } = this.#options
    const { hash, author, signature } = offer
    if (verify === undefined || ask === undefined) return false
    return (await verify(signable(hash), signature, author)) && (await ask(offer))
  }
}
