import { compareDistance, type PeerId } from '@pigeon/xor'
import { encodeGossip, type GossipMessage } from './frames.ts'

/** Hops a message may go. */
const MAX_TTL = 40

/** What a {@link RuleGossip} is made with. */
export interface RuleGossipOptions {
  self: PeerId
  /** Peers with an open link. */
  neighbours: () => readonly PeerId[]
  send: (to: PeerId, frame: Uint8Array) => void
  /** A message for this peer: every broadcast, and direct messages to it. */
  onMessage: (message: GossipMessage) => void
}

/**
 * `GossipManager` of PeerPigeon 1.1.3: a broadcast goes to all neighbours but the one it came from;
 * a direct message to the one neighbour closest to its target by XOR, closer than this peer or
 * not, and when it comes by again it is dropped. Nobody confirms anything.
 */
export class RuleGossip {
  readonly #options: RuleGossipOptions
  readonly #seen = new Set<string>()
  #count = 0

  constructor(options: RuleGossipOptions) {
    this.#options = options
  }

  /**
   * Sends a message to everyone, or to one.
   * @returns its number
   */
  publish(to?: PeerId): number {
    const number = ++this.#count
    const message = { from: this.#options.self, number, ttl: MAX_TTL, to }
    this.#seen.add(keyOf(message))
    this.#pass(message, undefined)
    return number
  }

  /** Takes a message that came from a neighbour. */
  received(via: PeerId, message: GossipMessage): void {
    const key = keyOf(message)
    if (message.ttl <= 0 || this.#seen.has(key)) return
    this.#seen.add(key)
    const { self, onMessage } = this.#options
    if (message.to === undefined || message.to === self) onMessage(message)
    if (message.to !== self) this.#pass({ ...message, ttl: message.ttl - 1 }, via)
  }

  #pass(message: GossipMessage, via: PeerId | undefined): void {
    if (message.ttl <= 0) return
    const { neighbours, send } = this.#options
    const others = neighbours().filter((peer) => peer !== via)
    const frame = encodeGossip(message)
    const { to } = message
    if (to === undefined) for (const peer of others) send(peer, frame)
    else if (others.length > 0) {
      send(
        others.reduce((a, b) => (compareDistance(to, a, b) <= 0 ? a : b)),
        frame,
      )
    }
  }
}

function keyOf({ from, number }: GossipMessage): string {
  return `${from} ${number}`
}
