import { type Clock, type Random, wholeNumber } from '@pigeon/transport'
import type { PeerId } from '@pigeon/xor'
import type { Bootstrap } from './bootstrap.ts'
import type { TreeLinks } from './tree-links.ts'

/**
 * Which child gets a request that a full node passes on:
 * - `pack`: fills one subtree level by level before the next: the most leaves, the least depth
 * - `balance`: the smallest subtree: the same load everywhere
 * - `hash`: by a hash of who asks and who passes on, as Genet does
 */
export type Placement = 'pack' | 'balance' | 'hash'

/** Options of a `TreeNode`. */
export interface TreeOptions extends Partial<Limits> {
  /** Carries letters between nodes without a link, and knows who is root. */
  bootstrap: Bootstrap
  /** Makes links. */
  links: TreeLinks
  clock: Clock
  random: Random
  /** Default `pack`. */
  placement?: Placement
  /** Whether links that cannot be made directly go through the bootstrap. Default true. */
  relay?: boolean
  /**
   * Whether this node takes the place of a root that is gone. It keeps its places free for that
   * day. Its bootstrap must be one that may claim the office. Default false.
   */
  standby?: boolean
  /** What lets this node in, shown to those who take it, at most 1 KiB. Default nothing. */
  ticket?: Uint8Array
  /** Whether a ticket lets a node in. Default: everyone may join. */
  admit?: (ticket: Uint8Array, node: PeerId) => boolean | Promise<boolean>
  /** Signs as root, at most 512 bytes. Default: nothing is signed. */
  sign?: (bytes: Uint8Array) => Uint8Array | Promise<Uint8Array>
  /** Checks what a root signed. Default: everything is believed. */
  verify?: (bytes: Uint8Array, proof: Uint8Array, root: PeerId) => boolean | Promise<boolean>
}

/** Options that are whole numbers, with every default filled in. */
export interface Limits {
  /** Children and candidates a node has at most, 0 to 250; 0 is always a leaf. Default 10. */
  maxDegree: number
  /** How long `join` tries, ms. Default 30,000. */
  requestTimeoutMs: number
  /** How long the handshake of a candidate may take, ms. Default 4,000. */
  candidateTimeoutMs: number
  /** How long a request waits for an answer before it is sent again, ms. Default 5,000. */
  answerTimeoutMs: number
  /** Attempts that fail before a join asks for a relayed link. Default 2. */
  directTries: number
  /** Relayed children at most. Default 4. */
  relayedChildren: number
  /** Requests kept for children that are not connected yet. Default 1,024. */
  storedRequests: number
  /** Origins whose way is remembered. Default 1,024. */
  routeCache: number
  /** How long a way is remembered, ms. Default 30,000. */
  routeCacheMs: number
  /** Bytes of an offer. Default 16 KiB. */
  offerBytes: number
  /** How often a link is heard from at least, ms; the root sends a beacon as often. Default 1,000. */
  pulseMs: number
  /** Silence after which a neighbour is gone, ms. Default 2,500: noticed within 3 s. */
  silenceMs: number
  /** How long a node trusts a parent that lost its own and looks for another, ms. Default 30,000. */
  patienceMs: number
  /** Dead children whose places are being filled. Default 64. */
  vacancies: number
  /** Letters taken from strangers a second; four times as many at once. Default 2,000. */
  letterRate: number
  /** The last broadcasts kept for those who missed them. Default 64. */
  replayMessages: number
  /** Bytes of those. Default 1 MiB. */
  replayBytes: number
  /** Reductions under way at once. Default 32. */
  reductions: number
  /** Bytes of a value in a reduction. Default 16 KiB. */
  reductionBytes: number
  /** Streams of one channel that are open or being opened. Default 8. */
  streams: number
}

const MAX = 2 ** 31

/** Default, least and most of each. */
const LIMITS: { readonly [name in keyof Limits]: readonly [number, number, number] } = {
  maxDegree: [10, 0, 250],
  requestTimeoutMs: [30_000, 1, MAX],
  candidateTimeoutMs: [4000, 1, MAX],
  answerTimeoutMs: [5000, 1, MAX],
  directTries: [2, 0, MAX],
  relayedChildren: [4, 0, 250],
  storedRequests: [1024, 0, 2 ** 24],
  routeCache: [1024, 1, 2 ** 24],
  routeCacheMs: [30_000, 0, MAX],
  offerBytes: [16 * 1024, 0, 2 ** 20],
  pulseMs: [1000, 10, MAX],
  silenceMs: [2500, 20, MAX],
  patienceMs: [30_000, 1, MAX],
  vacancies: [64, 1, 1024],
  letterRate: [2000, 1, MAX],
  replayMessages: [64, 0, 2 ** 20],
  replayBytes: [2 ** 20, 0, MAX],
  reductions: [32, 1, 2 ** 16],
  reductionBytes: [16 * 1024, 1, 2 ** 20],
  streams: [8, 0, 1024],
}

/** Bytes of a ticket. */
export const MAX_TICKET_BYTES = 1024

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
