import { peerIdFromKey, type SigningKey, type Verify } from '@pigeon/identity'
import type { PeerId } from '@pigeon/xor'
import { type Advert, advertBytes } from './advert.ts'

/** What {@link AdvertProofs} signs and checks with. */
export interface AdvertProofsOptions {
  readonly self: PeerId
  /** Of the hubs that belong together: what is signed in one means nothing in another. */
  readonly namespace?: string | undefined
  /** The key whose hash is this hub's id. Default none: its adverts are not signed. */
  readonly key?: SigningKey | undefined
  /** Default none: adverts are believed as they come. */
  readonly verify?: Verify | undefined
}

/**
 * Signs what a hub with a key says of itself, and checks what comes from others: no hub, however trusted
 * its link, says anything in the name of one that signs.
 */
export class AdvertProofs {
  readonly #namespace: string
  readonly #key: SigningKey | undefined
  readonly #verify: Verify | undefined

  constructor({ self, namespace = '', key, verify }: AdvertProofsOptions) {
    this.#namespace = namespace
    // With an id of another making nobody could tell whose key it is.
    this.#key = key !== undefined && peerIdFromKey(key.publicKey) === self ? key : undefined
    this.#verify = verify
  }

  /** Calls `done` with the advert, signed if there is a key, perhaps before it returns. */
  sign(advert: Advert, done: (signed: Advert) => void): void {
    const key = this.#key
    if (key === undefined) {
      done(advert)
      return
    }
    settle(key.sign(advertBytes(this.#namespace, advert)), (signature) => {
      done({ ...advert, proof: { key: key.publicKey, signature } })
    })
  }

  /**
   * Calls `done` with whether an advert may be believed, perhaps before it returns.
   * @param known what its hub said last: one that signed goes on doing so
   */
  check(advert: Advert, known: Advert | undefined, done: (isGood: boolean) => void): void {
    const verify = this.#verify
    const { proof, origin } = advert
    if (verify === undefined) done(true)
    else if (proof === undefined) done(known?.proof === undefined)
    else if (peerIdFromKey(proof.key) !== origin) done(false)
    else settle(verify(advertBytes(this.#namespace, advert), proof.signature, proof.key), done)
  }
}

/** Without a wait where there is nothing to wait for. */
function settle<T>(value: T | Promise<T>, done: (value: T) => void): void {
  if (value instanceof Promise) void value.then(done)
  else done(value)
}
