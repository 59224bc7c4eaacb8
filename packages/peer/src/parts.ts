import { Gossip } from '@pigeon/gossip'
import { CardVerifier, type Identity, signAsAuthor } from '@pigeon/identity'
import { systemCrypto } from '@pigeon/identity/system'
import { DirectMessages, Mesh, type MeshOptions } from '@pigeon/mesh'
import {
  type HubProver,
  type MessageSocket,
  SignalingClient,
  SUBPROTOCOL,
} from '@pigeon/signaling-protocol'
import { connectWebSocket } from '@pigeon/signaling-protocol/websocket'
import type { Clock } from '@pigeon/transport'
import { systemClock, systemRandom } from '@pigeon/transport/system'
import type { PeerId } from '@pigeon/xor'
import { CardBook } from './card-book.ts'
import { Failures } from './diagnosis/failures.ts'
import { LinkBook } from './link-book.ts'
import type { JoinOptions } from './options.ts'
import { RoutedBytes } from './routed-bytes.ts'
import { createRtc, type Rtc } from './rtc.ts'
import { SealedLetters } from './sealed-letters.ts'
import type { Self } from './self.ts'
import { createTrust, type Trust } from './trust.ts'

/** How far the clock of who signed a key card may be ahead, ms: it is for its keys, not its time. */
const CARD_SKEW_MS = 24 * 60 * 60 * 1000

export const MESSAGE_TOPIC = 'pigeon/message'

/** What a mesh is made of. */
export interface Parts {
  readonly self: Self
  readonly trust: Trust
  readonly cards: CardBook
  readonly signaling: SignalingClient
  readonly mesh: Mesh
  readonly gossip: Gossip
  readonly direct: DirectMessages
  readonly routed: RoutedBytes
  /** The links over WebRTC that are open, and proven. */
  readonly book: LinkBook
  readonly rtc: Rtc['world']
  readonly dropLinks: Rtc['leave']
  readonly failures: Failures
  readonly clock: Clock
  /** Connects to a hub as the signaling client does. */
  readonly dialHub: (url: string) => MessageSocket
}

/** Options that go to the mesh below as they are. */
const MESH_OPTIONS = [
  'maxPeers',
  'minPeers',
  'autoDiscovery',
  'evictionStrategy',
  'xorRouting',
] as const

/**
 * Makes the parts, which do nothing before the signaling client starts.
 * @throws RangeError or TypeError that says which option is wrong; MeshError `NO_WEBRTC`
 */
export function createParts(network: string, self: Self, options: JoinOptions): Parts {
  const [clock, random] = [systemClock, systemRandom]
  const { ttl, hubs } = options
  const { id, identity } = self
  const signaling = new SignalingClient({
    urls: hubs.map(hubUrl),
    self: id,
    network,
    connect: connectWebSocket,
    clock,
    random,
    ...(self.verified && { prove: proverOf(identity) }),
  })
  const { links, world, leave } = createRtc(options, signaling)
  const trust = createTrust(network, self, links, options)
  const book = new LinkBook(trust.links)
  const { authors, believes } = trust
  const given = MESH_OPTIONS.filter((name) => options[name] !== undefined)
  const rest: Partial<MeshOptions> = Object.fromEntries(given.map((name) => [name, options[name]]))
  const mesh = new Mesh({ ...rest, self: id, signaling, links: book, clock, random })
  const isAlone = () => mesh.peers.size === 0
  const isBanned = (peer: PeerId) => mesh.isBanned(peer)
  const gossip = new Gossip({
    ...{ transport: mesh.open('pigeon/gossip/1'), clock, random, domain: network },
    sign: (bytes) => signAsAuthor(identity, bytes),
    verify: (bytes, proof, author) => authors.check(bytes, proof, author),
    validate: ({ author }) => (isBanned(author) ? 'ignore' : 'accept'),
    ...(ttl !== undefined && { ttl }),
  })
  const verifier = new CardVerifier({ verify: systemCrypto.verify, skewMs: CARD_SKEW_MS })
  const { router } = mesh
  const cards = new CardBook({ router, clock, verifier, identity, isAlone, believes })
  const envelopes = new SealedLetters({ network, self, cards, random, isBanned, believes })
  const direct = new DirectMessages({ router, self: id, clock, isAlone, envelopes })
  const routed = new RoutedBytes(direct)
  const failures = new Failures()
  const joined = { self, trust, cards, signaling, mesh, gossip, direct, routed }
  const dialHub = (url: string) => connectWebSocket(url, [SUBPROTOCOL])
  return { ...joined, book, rtc: world, dropLinks: leave, failures, clock, dialHub }
}

/** Says goodbye to hub and peers. */
export async function closeParts({
  gossip,
  direct,
  routed,
  cards,
  mesh,
  signaling,
}: Parts): Promise<void> {
  gossip.close()
  direct.close()
  routed.close()
  cards.close()
  const linksClosed = mesh.close()
  signaling.close()
  await linksClosed
}

function proverOf(identity: Identity): HubProver {
  return { publicKey: identity.key, sign: (bytes) => identity.sign(bytes) }
}

/** Hubs may be named as a page is: `http:` stands for `ws:`, `https:` for `wss:`. */
export function hubUrl(hub: string | URL): string {
  return String(hub).replace(/^http(s?):/, 'ws$1:')
}
