import { type Clock, type LinkFactory, type Random, wholeNumber } from '@pigeon/transport'
import type { PeerId } from '@pigeon/xor'
import type { Signer } from './card.ts'
import type { Verify } from './engine.ts'
import { LinkHandshake, type ProvenPeer } from './link-handshake.ts'
import type { Authorize } from './link-talk.ts'
import { LruMap } from './lru-map.ts'
import { type BoundLink, ProvenLink } from './proven-link.ts'

/** How long a proof may take once the link is there: 10 s, ms. */
export const PROOF_TIMEOUT_MS = 10_000

const MAX_TIMEOUT_MS = 10 * 60 * 1000

/** Options of {@link ProvenLinks}. */
export interface ProvenLinksOptions {
  /** Makes the links that are proven: with certificates, and a `binding` where they have a key. */
  readonly links: {
    readonly maxFrameBytes: number
    create(options: { self: PeerId; remote: PeerId; dial: boolean }): BoundLink
  }
  /** Who this side is, such as an `Identity`. */
  readonly identity: Signer & { readonly id: PeerId }
  /** 1 to 128 bytes of UTF-8. */
  readonly network: string
  readonly verify: Verify
  readonly clock: Clock
  readonly random: Random
  /** Whether peers may have ids that are not of their keys. Default false. */
  readonly allowUnverified?: boolean
  /** Asked for each peer that has proven who it is. Default: all are welcome. */
  readonly authorize?: Authorize | undefined
  /** How long the proof may take, ms. Default {@link PROOF_TIMEOUT_MS}. */
  readonly timeoutMs?: number
  /** How long `authorize` may take after it, on both sides, ms. Default 10 s. */
  readonly authorizeTimeoutMs?: number
  /** Peers whose keys are remembered after their link ended. Default 4,096. */
  readonly knownLimit?: number
}

/**
 * Links whose ends prove who they are before anybody hears of them: a {@link LinkFactory} around
 * another one.
 * @example
 * const links = new ProvenLinks({ links: new WebRtcLinks(world), identity, network: 'demo', verify, ...world })
 */
export class ProvenLinks implements LinkFactory {
  readonly maxFrameBytes: number
  readonly #options: ProvenLinksOptions
  readonly #timeoutMs: number
  readonly #authorizeTimeoutMs: number
  /** Whose id is of its key. */
  readonly #verified: LruMap<ProvenPeer>
  /** Others, while there is a link to them: later somebody else may take the name. */
  readonly #unverified = new Map<PeerId, { readonly peer: ProvenPeer; links: number }>()

  /** @throws RangeError if an option is out of bounds */
  constructor(options: ProvenLinksOptions) {
    const { links, timeoutMs = PROOF_TIMEOUT_MS, knownLimit = 4096 } = options
    this.maxFrameBytes = links.maxFrameBytes
    this.#options = options
    this.#timeoutMs = wholeNumber('timeoutMs', timeoutMs, 1, MAX_TIMEOUT_MS)
    const { authorizeTimeoutMs = PROOF_TIMEOUT_MS } = options
    this.#authorizeTimeoutMs = wholeNumber(
      'authorizeTimeoutMs',
      authorizeTimeoutMs,
      1,
      MAX_TIMEOUT_MS,
    )
    this.#verified = new LruMap(wholeNumber('knownLimit', knownLimit, 1, 1_000_000))
  }

  /** What was proven last of a peer there is or was a link to, as far as it is remembered. */
  peer(id: PeerId): ProvenPeer | undefined {
    return this.#verified.get(id) ?? this.#unverified.get(id)?.peer
  }

  create(options: { self: PeerId; remote: PeerId; dial: boolean }): ProvenLink {
    const { links, clock, authorize } = this.#options
    const link = links.create(options)
    const proven = new ProvenLink({
      link,
      clock,
      authorize,
      timeoutMs: this.#timeoutMs,
      authorizeTimeoutMs: this.#authorizeTimeoutMs,
      begin: ({ local, remote }, linkId) => {
        const { identity, network, verify, random, allowUnverified = false } = this.#options
        const { binding } = link
        const knownKey = this.peer(options.remote)?.key
        return new LinkHandshake({
          ...{ verify, random, network, linkId, allowUnverified },
          ...{ signer: identity, remote: options.remote },
          ...{ localFingerprint: local, remoteFingerprint: remote },
          ...(binding && { binding }),
          ...(knownKey && { knownKey }),
        })
      },
      proven: (peer) => this.#proven(proven, peer),
    })
    return proven
  }

  #proven(link: ProvenLink, peer: ProvenPeer): void {
    const { id, verified } = peer
    if (verified) {
      this.#verified.set(id, peer)
      return
    }
    const known = this.#unverified.get(id) ?? { peer, links: 0 }
    known.links++
    this.#unverified.set(id, known)
    link.on('close', () => {
      if (--known.links === 0) this.#unverified.delete(id)
    })
  }
}
