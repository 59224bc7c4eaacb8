import type { PeerId } from '@pigeon/peer'
import type { Clock, Random } from '@pigeon/transport'
import { type GossipFrame, WIRE_TTL } from './frames.ts'
import { Seen } from './seen.ts'

/** Messages that PeerPigeon's peers keep to the link they came by. */
const NEVER_HANDED_ON: ReadonlySet<string> = new Set(['key_exchange', 'key_exchange_response'])

/** Contents of direct messages that PeerPigeon's peers steer each other by: not for programs. */
const STEERING: ReadonlySet<unknown> = new Set([
  'signaling-relay',
  'peer-announce-relay',
  'bootstrap-keepalive',
])

/** What {@link WireGossip} works with. */
export interface WireGossipOptions {
  readonly self: PeerId
  readonly network: string
  readonly clock: Clock
  readonly random: Random
  /** Peers with an open link. */
  readonly links: () => ReadonlySet<PeerId>
  readonly send: (to: PeerId, frame: GossipFrame) => void
  /** A message for this peer. */
  readonly receive: (message: GossipFrame) => void
}

/**
 * Messages as PeerPigeon hands them on: each to everybody but whom it came from. A direct message goes
 * straight to its receiver where there is a link; else to all neighbours, not to the closest one alone,
 * which is where those of PeerPigeon get lost.
 */
export class WireGossip {
  readonly #options: WireGossipOptions
  readonly #seen = new Seen()

  constructor(options: WireGossipOptions) {
    this.#options = options
  }

  /** Ids of messages that are remembered. */
  get seen(): number {
    return this.#seen.size
  }

  /** To everybody. @returns the id of the message */
  broadcast(content: string): string {
    return this.#write('chat', content)
  }

  /** To one. @returns the id of the message */
  direct(to: PeerId, content: unknown): string {
    return this.#write('dm', content, to)
  }

  /** A message came from a neighbour. */
  take(from: PeerId, frame: GossipFrame): void {
    const { self, network, clock, receive } = this.#options
    if (frame.networkName !== network || frame.ttl <= 0 || frame.from === self) return
    if (!this.#seen.add(frame.id, clock.now()) || NEVER_HANDED_ON.has(frame.subtype)) return
    if (frame.to === self) {
      if (frame.subtype === 'dm' && !isSteering(frame.content)) receive(frame)
      return
    }
    if (frame.subtype === 'chat' && typeof frame.content === 'string') receive(frame)
    this.#hand({ ...frame, ttl: frame.ttl - 1, path: [...frame.path, self] }, from)
  }

  #write(subtype: 'chat' | 'dm', content: unknown, to?: PeerId): string {
    const { self, network, clock, random } = this.#options
    const bytes = random.fill(new Uint8Array(16))
    const id = Array.from(bytes, (byte) => byte.toString(16).padStart(2, '0')).join('')
    const now = clock.now()
    this.#seen.add(id, now)
    const address = to === undefined ? {} : { to }
    const frame = { type: 'gossip', id, subtype, content, from: self, ...address } as const
    const rest = { networkName: network, timestamp: Math.floor(now), ttl: WIRE_TTL, path: [self] }
    this.#hand({ ...frame, ...rest }, undefined)
    return id
  }

  #hand(frame: GossipFrame, from: PeerId | undefined): void {
    const { links, send } = this.#options
    const open = links()
    if (frame.to !== undefined && open.has(frame.to)) {
      send(frame.to, frame)
      return
    }
    for (const peer of open) {
      if (peer !== from && !frame.path.includes(peer)) send(peer, frame)
    }
  }
}

function isSteering(content: unknown): boolean {
  return STEERING.has((Object(content) as { type?: unknown }).type)
}
