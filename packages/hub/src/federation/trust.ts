import { hmac } from '@noble/hashes/hmac.js'
import { sha256 } from '@noble/hashes/sha2.js'
import type { SigningKey, Verify } from '@pigeon/identity'
import { peerIdFromKey } from '@pigeon/identity'
import { ByteReader, ByteWriter } from '@pigeon/transport'
import type { PeerId } from '@pigeon/xor'

/** Characters of a shared secret: fewer can be guessed by whoever heard one handshake. */
export const MIN_SECRET_CHARACTERS = 32

/** Secrets that are taken at once, so that they can be changed one hub after the other. */
const MAX_SECRETS = 4

const DOMAIN = 'pigeon/hub-link/1'

/** By what hubs know each other: a secret they share, keys they were told of, or both. */
export interface HubTrustOptions {
  /** The first is shown, all are taken; each of at least 32 characters. */
  readonly secrets?: readonly string[] | undefined
  /** The key whose hash is this hub's id. */
  readonly key?: SigningKey | undefined
  /** Ids of hubs whose keys are trusted. */
  readonly trustedHubs?: readonly PeerId[] | undefined
  /** Needed for keys. */
  readonly verify?: Verify | undefined
}

/** What two hubs said to each other so far, and who signs it. */
export interface ProofFacts {
  /** SHA-256 over both greetings. */
  readonly transcript: Uint8Array
  /** Who shows the proof: else what one side showed could be shown back to it. */
  readonly side: 'dialler' | 'listener'
}

/** Proves this hub to others, and checks theirs. */
export class HubTrust {
  readonly #secrets: readonly Uint8Array[]
  readonly #key: SigningKey | undefined
  readonly #trusted: ReadonlySet<PeerId>
  readonly #verify: Verify | undefined

  /** @throws RangeError if a secret is too short or there are too many */
  constructor(options: HubTrustOptions) {
    const { secrets = [], trustedHubs = [], key, verify } = options
    if (secrets.length > MAX_SECRETS) {
      throw new RangeError(`at most ${MAX_SECRETS} hub secrets, got ${secrets.length}`)
    }
    if (secrets.some((secret) => secret.length < MIN_SECRET_CHARACTERS)) {
      throw new RangeError(`a hub secret has at least ${MIN_SECRET_CHARACTERS} characters`)
    }
    this.#secrets = secrets.map((secret) => new ByteWriter().text(secret).finish())
    this.#key = key
    this.#trusted = new Set(trustedHubs)
    this.#verify = verify
  }

  /** Whether anybody can be trusted at all. */
  get isSet(): boolean {
    return this.#secrets.length > 0 || (this.#trusted.size > 0 && this.#verify !== undefined)
  }

  /** The key whose hash is this hub's id, if it has one. */
  get key(): SigningKey | undefined {
    return this.#key
  }

  /** Calls `done` with what this hub shows for itself, perhaps before it returns. */
  prove(facts: ProofFacts, done: (proof: Uint8Array) => void): void {
    const bytes = bytesOf(facts)
    const [secret] = this.#secrets
    const mac = secret === undefined ? new Uint8Array(0) : hmac(sha256, secret, bytes)
    const key = this.#key
    if (key === undefined) {
      done(new ByteWriter().bytes(mac).bytes(new Uint8Array(0)).bytes(new Uint8Array(0)).finish())
      return
    }
    settle(key.sign(bytes), (signature) => {
      done(new ByteWriter().bytes(mac).bytes(key.publicKey).bytes(signature).finish())
    })
  }

  /** Calls `done` with whether what a hub shows is good for its id, perhaps before it returns. */
  check(id: PeerId, facts: ProofFacts, proof: Uint8Array, done: (isGood: boolean) => void): void {
    try {
      const reader = new ByteReader(proof)
      const [mac, key, signature] = [copy(reader, 32), copy(reader, 32), copy(reader, 64)]
      const bytes = bytesOf(facts)
      if (this.#secrets.some((secret) => isEqual(mac, hmac(sha256, secret, bytes)))) {
        done(true)
        return
      }
      const isTrusted = key.length === 32 && this.#trusted.has(id) && peerIdFromKey(key) === id
      if (!isTrusted || signature.length !== 64 || this.#verify === undefined) done(false)
      else settle(this.#verify(bytes, signature, key), done)
    } catch {
      done(false)
    }
  }
}

function bytesOf({ transcript, side }: ProofFacts): Uint8Array {
  return new ByteWriter()
    .text(DOMAIN)
    .u8(side === 'dialler' ? 1 : 2)
    .raw(transcript)
    .finish()
}

/** As plain bytes: what a Buffer is cut from may be shared. */
function copy(reader: ByteReader, maxBytes: number): Uint8Array {
  return new Uint8Array(reader.bytes(maxBytes))
}

/** Without a wait where there is nothing to wait for. */
function settle<T>(value: T | Promise<T>, done: (value: T) => void): void {
  if (value instanceof Promise) void value.then(done)
  else done(value)
}

/** Compares in a time that depends on the lengths alone. */
function isEqual(a: Uint8Array, b: Uint8Array): boolean {
  if (a.length !== b.length) return false
  let difference = 0
  for (let index = 0; index < a.length; index++) {
    difference |= (a[index] as number) ^ (b[index] as number)
  }
  return difference === 0
}
