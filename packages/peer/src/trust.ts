import { type Authorize, KnownAuthors, ProvenLinks } from '@pigeon/identity'
import { systemCrypto } from '@pigeon/identity/system'
import type { LinkFactory } from '@pigeon/transport'
import { systemClock, systemRandom } from '@pigeon/transport/system'
import type { PeerId } from '@pigeon/xor'
import type { Self } from './self.ts'

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

/** @param links makes links to whoever is at the other end */
export function createTrust(
  network: string,
  self: Self,
  links: LinkFactory,
  options: { allowUnverified: boolean; authorize: Authorize | undefined },
): Trust {
  const { verify } = systemCrypto
  const { allowUnverified, authorize } = options
  const { key } = self.identity
  const proven = new ProvenLinks({
    ...{ links, network, verify, clock: systemClock, random: systemRandom },
    ...{ allowUnverified, authorize },
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
