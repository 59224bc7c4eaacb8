import { KnownAuthors, ProvenLinks, SealedLinks } from '@pigeon/identity'
import { systemCrypto } from '@pigeon/identity/system'
import type { LinkFactory } from '@pigeon/transport'
import { systemClock, systemRandom } from '@pigeon/transport/system'
import type { PeerId } from '@pigeon/xor'
import type { JoinOptions } from './options.ts'
import { isUnverified, type Self } from './self.ts'

/** Whom a peer believes what. */
export interface Trust {
  /** Links whose other ends are proven. */
  readonly links: ProvenLinks
  /** The authors of broadcasts. */
  readonly authors: KnownAuthors
  /** Whether a peer whose id is not of its key may be who it says. */
  readonly believes: (id: PeerId, key: Uint8Array) => boolean
  /** Whether the id of a peer that was met, or heard of, is known to be of its key. */
  readonly isVerified: (id: PeerId) => boolean
}

/**
 * @param plain makes links to whoever is at the other end
 * @throws RangeError or TypeError that says which option is wrong
 */
export function createTrust(
  network: string,
  self: Self,
  plain: LinkFactory,
  options: JoinOptions,
): Trust {
  const { verify } = systemCrypto
  const {
    allowUnverified = isUnverified(options),
    authorize,
    authorizeTimeoutMs,
    password,
    secret,
  } = options
  const { key } = self.identity
  const world = { network, clock: systemClock, random: systemRandom }
  const isOpen = password === undefined && secret === undefined
  const links = isOpen ? plain : new SealedLinks({ ...world, links: plain, password, secret })
  const proven = new ProvenLinks({
    ...{ ...world, links, verify, allowUnverified, authorize },
    ...(authorizeTimeoutMs !== undefined && { authorizeTimeoutMs }),
    identity: { id: self.id, key, sign: (bytes) => self.identity.sign(bytes) },
  })
  const authors = new KnownAuthors({ verify, allowUnverified })
  return {
    links: proven,
    authors,
    isVerified: (id) => proven.peer(id)?.verified === true || authors.isVerified(id),
    believes(id, key) {
      const known = proven.peer(id)
      if (!allowUnverified || authors.isVerified(id)) return false
      return known === undefined || known.key.every((byte, at) => byte === key[at])
    },
  }
}
