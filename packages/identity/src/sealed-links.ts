import { utf8ToBytes } from '@noble/hashes/utils.js'
import { type Clock, type LinkFactory, type Random, wholeNumber } from '@pigeon/transport'
import type { PeerId } from '@pigeon/xor'
import { MAX_PASSWORD_BYTES } from './limits.ts'
import { PasswordAttempts } from './password-attempts.ts'
import type { SharedKnowledge } from './sealed-attempt.ts'
import { SealedLink } from './sealed-link.ts'
import { parseShareSecret } from './share-secret.ts'

/** How long the agreement on a key may take: 10 s, ms. */
export const AGREEMENT_TIMEOUT_MS = 10_000

/** Options of {@link SealedLinks}: a password or a secret, and what the links are made of. */
export interface SealedLinksOptions {
  /** Makes the links inside. */
  readonly links: LinkFactory
  /** 1 to 128 bytes of UTF-8. */
  readonly network: string
  /** What people agreed on, in any words: 1 to 1,024 bytes of UTF-8. */
  readonly password?: string | undefined
  /** Out of a share link, of `generateShareSecret`. */
  readonly secret?: string | undefined
  readonly clock: Clock
  readonly random: Random
  /** Counts password exchanges. Default: 5 that fail in a minute for each id, 60 in all. */
  readonly attempts?: PasswordAttempts
  /** Default {@link AGREEMENT_TIMEOUT_MS}. */
  readonly timeoutMs?: number
}

/**
 * Links whose ends share a key before they know anything of each other's connection: descriptions
 * and candidates go out sealed, and `ProvenLinks` around these binds the key into the proof.
 * @example
 * const sealed = new SealedLinks({ links: new WebRtcLinks(world), network: 'demo', password, ...world })
 * const links = new ProvenLinks({ links: sealed, network: 'demo', identity, verify, ...world })
 */
export class SealedLinks implements LinkFactory {
  readonly maxFrameBytes: number
  readonly #options: SealedLinksOptions
  readonly #shared: SharedKnowledge
  readonly #timeoutMs: number

  /** @throws RangeError or TypeError if an option is wrong; it shows neither password nor secret */
  constructor(options: SealedLinksOptions) {
    const { links, clock, timeoutMs = AGREEMENT_TIMEOUT_MS, attempts } = options
    this.maxFrameBytes = links.maxFrameBytes
    this.#options = options
    this.#shared = sharedOf(options, attempts ?? new PasswordAttempts({ clock }))
    this.#timeoutMs = wholeNumber('timeoutMs', timeoutMs, 1, 10 * 60 * 1000)
  }

  create({ self, remote, dial }: { self: PeerId; remote: PeerId; dial: boolean }): SealedLink {
    const { links, network, clock, random } = this.#options
    const [shared, timeoutMs] = [this.#shared, this.#timeoutMs]
    return new SealedLink({ self, remote, network, shared, links, clock, random, timeoutMs }, dial)
  }
}

function sharedOf(
  { password, secret }: SealedLinksOptions,
  attempts: PasswordAttempts,
): SharedKnowledge {
  if (secret !== undefined && password === undefined) {
    parseShareSecret(secret)
    return { secret }
  }
  if (typeof password !== 'string' || secret !== undefined) {
    throw new TypeError('a network has a password or a secret, one of both')
  }
  const { length } = utf8ToBytes(password.normalize('NFC'))
  wholeNumber('bytes of a password', length, 1, MAX_PASSWORD_BYTES)
  return { password, attempts }
}
