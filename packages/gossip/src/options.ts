import { type Clock, type Random, type Transport, wholeNumber } from '@pigeon/transport'
import type { PeerId } from '@pigeon/xor'
import { type GossipMessage, MAX_TTL, type Verdict } from './message.ts'

/** Options of {@link Gossip}. */
export interface GossipOptions extends Partial<Limits> {
  /** The links to broadcast over; belongs to this instance. */
  transport: Transport
  clock: Clock
  random: Random
  /**
   * Distinguishes this start of the author from earlier ones; must be larger than at the last one.
   * Default: the clock, in ms.
   */
  epoch?: number
  /** Goes into every proof, so that one network's messages mean nothing in another. Default ''. */
  domain?: string
  /** Makes the proof, such as a signature, that {@link GossipOptions.verify} checks elsewhere. */
  sign?: (bytes: Uint8Array) => Uint8Array | Promise<Uint8Array>
  /** Checks a proof. Default: everything is accepted and the author is only a claim. */
  verify?: (bytes: Uint8Array, proof: Uint8Array, author: PeerId) => boolean | Promise<boolean>
  /** Judges a message whose proof holds. Default: accept. */
  validate?: (message: GossipMessage) => Verdict | Promise<Verdict>
  /** SHA-256; a native one is several times as fast. Default: one in JavaScript. */
  sha256?: (bytes: Uint8Array) => Uint8Array
  /** How many peers the network has, roughly. Default: those this instance heard of. */
  estimateSize?: () => number
  /** `low` sends every message over one more link: two copies in all, for less delay. */
  latency?: 'normal' | 'low'
}

/** Options that are whole numbers, with every default filled in. */
export interface Limits {
  /** Hops a message may go, 1 to 255. Default 32: a sparse network of thousands is that wide. */
  ttl: number
  /** The largest payload, bytes. Default 64 KiB, at most what a frame of the transport holds. */
  maxPayloadBytes: number
  /** Messages remembered to recognise duplicates. Default 16,384. */
  seenLimit: number
  /** Messages whose check has not ended yet; more are asked for again later. Default 1,024. */
  pendingLimit: number
  /** How long a message is kept for those who missed it, ms. Default 120,000. */
  replayMs: number
  /** Messages kept for them. Default 4,096. */
  replayMessages: number
  /** Bytes of those. Default 16 MiB. */
  replayBytes: number
  /** Authors whose rate and highest forgotten number are remembered. Default 4,096. */
  authorLimit: number
  /** Messages one author may send a second; ten times as many at once. Default 500. */
  authorRate: number
  /** Bytes one neighbour may send a second, a frame as 1 KiB at least; four times as many at once. Default 8 MiB. */
  linkByteRate: number
  /** Messages one neighbour may ask for in a second; four times as many at once. Default 500. */
  pullRate: number
  /** Messages heard of from one neighbour first and not received yet. Default 1,024. */
  missingLimit: number
  /** Frames, and messages, that wait for one congested neighbour. Default 1,024. */
  backlogLimit: number
  /** Links beside the tree that are told of each message. Default 3. */
  lazyLinks: number
  /** Neighbours this peer passes whole messages to in the tree, unless they have nobody else. Default 6. */
  maxChildren: number
  /** Networks up to this size are flooded, without a tree. Default 4. */
  floodPeers: number
  /** Copies, of each thousand, that go ahead of the tree to be faster. Default 15. */
  earlyCopies: number
  /** How long a report may wait for the answers of those behind it, ms. Default 2,000. */
  reportMs: number
}

const MAX = 2 ** 31

/** Default, least and most of each. */
const LIMITS: { readonly [name in keyof Limits]: readonly [number, number, number] } = {
  ttl: [32, 1, MAX_TTL],
  maxPayloadBytes: [64 * 1024, 1, MAX],
  seenLimit: [16_384, 1, 2 ** 24],
  pendingLimit: [1024, 1, MAX],
  replayMs: [120_000, 0, MAX],
  replayMessages: [4096, 0, 2 ** 24],
  replayBytes: [16 * 2 ** 20, 0, MAX],
  authorLimit: [4096, 1, 2 ** 24],
  authorRate: [500, 1, MAX],
  linkByteRate: [8 * 2 ** 20, 1, MAX],
  pullRate: [500, 1, MAX],
  missingLimit: [1024, 1, MAX],
  backlogLimit: [1024, 1, MAX],
  lazyLinks: [3, 0, MAX],
  maxChildren: [6, 1, MAX],
  floodPeers: [4, 0, MAX],
  earlyCopies: [15, 0, 1000],
  reportMs: [2000, 1, MAX],
}

/** @throws RangeError that names the option and what it got */
export function resolveLimits(options: Partial<Limits>): Limits {
  const resolved: Partial<Limits> = {}
  for (const key in LIMITS) {
    const name = key as keyof Limits
    const [byDefault, min, max] = LIMITS[name]
    resolved[name] = wholeNumber(name, options[name] ?? byDefault, min, max)
  }
  return resolved as Limits
}
