import type { Random } from '@pigeon/transport'
import type { PeerId } from '@pigeon/xor'
import { type Awaitable, chain } from './awaitable.ts'
import type { Signer } from './card.ts'
import { isEqual } from './constant-time.ts'
import type { Verify } from './engine.ts'
import { encodeHello, encodeProof, readHandshakeFrame } from './handshake-frames.ts'
import { peerIdFromKey } from './key-id.ts'
import { isSignedBy, type LinkSide, NONCE_BYTES, proofTranscript, signProof } from './link-proof.ts'

/**
 * Why the other side is refused:
 * - `PROOF_MALFORMED`: a frame that is no part of this, or comes when it should not
 * - `PROOF_VERSION`: a version that is not known
 * - `PROOF_REFLECTED`: this side's own key or proof came back
 * - `PROOF_SECOND_KEY`: the id was known by another key
 * - `PROOF_WRONG_ID`: the key is not the one of the id
 * - `PROOF_INVALID`: not signed, or for another link: another network, certificate, password, time
 */
export type ProofProblem =
  | 'PROOF_MALFORMED'
  | 'PROOF_VERSION'
  | 'PROOF_REFLECTED'
  | 'PROOF_SECOND_KEY'
  | 'PROOF_WRONG_ID'
  | 'PROOF_INVALID'

/**
 * What to do after a frame:
 * - `send`: send this frame, and wait for the next one
 * - `proven`: the other side is who it says
 * - `refused`: close the link, and say the code
 */
export type HandshakeStep =
  | { readonly status: 'send'; readonly frame: Uint8Array }
  | ({ readonly status: 'proven' } & ProvenPeer)
  | { readonly status: 'refused'; readonly code: ProofProblem }

/** Who is at the other end of a link. */
export interface ProvenPeer {
  readonly id: PeerId
  /** 32 bytes: it has shown that it holds this key. */
  readonly key: Uint8Array
  /** Whether the id is that of the key; else the id is what the peer calls itself. */
  readonly verified: boolean
}

/** Options of {@link LinkHandshake}. */
export interface LinkHandshakeOptions {
  readonly verify: Verify
  readonly random: Random
  /** Who this side is, such as an `Identity`. */
  readonly signer: Signer & { readonly id: PeerId }
  /** Who the other side must be. */
  readonly remote: PeerId
  readonly network: string
  /** What both sides call the link. */
  readonly linkId: string
  /** 32 bytes: the fingerprint in this side's description. */
  readonly localFingerprint: Uint8Array
  /** 32 bytes: the fingerprint in the other side's description. */
  readonly remoteFingerprint: Uint8Array
  /** Of a `SessionKey`, where the network asks for a password or a secret. */
  readonly binding?: Uint8Array
  /** The key that `remote` had when it was met before, if it was. */
  readonly knownKey?: Uint8Array
  /** Whether `remote` may be an id that is not of its key. Default false. */
  readonly allowUnverified?: boolean
}

/**
 * One side of the proof on a fresh link. Both sides send {@link LinkHandshake.hello} at once, answer
 * the other's with a proof, and are proven when the other's proof came. It carries no frames and has
 * no timer: whoever owns the link does, and takes no other frame before both sides are done.
 *
 * Bound to the certificates of both sides, the network and the link, a proof is good for nothing
 * else: who is in the middle, carrying it between two connections, has another certificate on each.
 */
export class LinkHandshake {
  /** The first frame to send. */
  readonly hello: Uint8Array
  readonly #options: LinkHandshakeOptions
  readonly #local: LinkSide
  #waitsFor: 'hello' | 'proof' | 'nothing' = 'hello'
  #verified = false
  #remote: LinkSide | undefined
  #transcript: Uint8Array = new Uint8Array(0)
  #signed: Awaitable<Uint8Array> = new Uint8Array(0)

  /** @throws RangeError if an option is out of bounds */
  constructor(options: LinkHandshakeOptions) {
    const { random, signer, localFingerprint } = options
    this.#options = options
    this.#local = {
      id: signer.id,
      key: signer.key,
      fingerprint: localFingerprint,
      nonce: random.fill(new Uint8Array(NONCE_BYTES)),
    }
    this.hello = encodeHello(this.#local)
    // Finds what is out of bounds before anything is sent.
    this.#transcriptWith({ key: signer.key, nonce: this.#local.nonce })
  }

  /** Takes the next frame of the other side; bytes from the network may be given as they are. */
  receive(bytes: Uint8Array): Awaitable<HandshakeStep> {
    const frame = readHandshakeFrame(bytes)
    if (typeof frame === 'string') return this.#refuse(frame)
    if (frame.type !== this.#waitsFor) return this.#refuse('PROOF_MALFORMED')
    return frame.type === 'hello' ? this.#greet(frame.key, frame.nonce) : this.#check(frame.proof)
  }

  #greet(key: Uint8Array, nonce: Uint8Array): Awaitable<HandshakeStep> {
    const { signer, remote, knownKey, allowUnverified = false } = this.#options
    if (isEqual(key, signer.key)) return this.#refuse('PROOF_REFLECTED')
    if (knownKey !== undefined && !isEqual(key, knownKey)) return this.#refuse('PROOF_SECOND_KEY')
    this.#verified = peerIdFromKey(key) === remote
    if (!this.#verified && !allowUnverified) return this.#refuse('PROOF_WRONG_ID')
    this.#waitsFor = 'proof'
    this.#transcript = this.#transcriptWith({ key, nonce })
    this.#signed = signProof(signer, remote, this.#transcript)
    return chain(this.#signed, (proof) => ({ status: 'send', frame: encodeProof(proof) }))
  }

  #check(proof: Uint8Array): Awaitable<HandshakeStep> {
    this.#waitsFor = 'nothing'
    const { verify, signer } = this.#options
    const remote = this.#remote as LinkSide
    // Its own proof was handed out before: nobody hears "proven" ahead of that.
    return chain(this.#signed, (own) => {
      if (isEqual(own, proof)) return this.#refuse('PROOF_REFLECTED')
      const { id, key } = remote
      return chain(isSignedBy(verify, remote, signer.id, this.#transcript, proof), (good) =>
        good
          ? { status: 'proven', id, key, verified: this.#verified }
          : this.#refuse('PROOF_INVALID'),
      )
    })
  }

  #transcriptWith({ key, nonce }: Pick<LinkSide, 'key' | 'nonce'>): Uint8Array {
    const { remote: id, remoteFingerprint: fingerprint, network, linkId, binding } = this.#options
    this.#remote = { id, key, fingerprint, nonce }
    const sides = [this.#local, this.#remote] as const
    return proofTranscript({ network, linkId, sides, ...(binding && { binding }) })
  }

  #refuse(code: ProofProblem): HandshakeStep {
    this.#waitsFor = 'nothing'
    return { status: 'refused', code }
  }
}
