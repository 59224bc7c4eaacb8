import type { Store } from '@pigeon/store'
import { type Clock, type Random, type Transport, wholeNumber } from '@pigeon/transport'
import type { Sha256 } from './address.ts'
import type { Awaitable } from './when.ts'

/** A key that signs: 32 bytes of Ed25519 public key, and 64 bytes of signature over any bytes. */
export interface Signer {
  readonly key: Uint8Array
  sign(bytes: Uint8Array): Awaitable<Uint8Array>
}

/** Whether `signature` is `key`'s signature of `bytes`; must not throw for any bytes. */
export type Verify = (
  bytes: Uint8Array,
  signature: Uint8Array,
  key: Uint8Array,
) => Awaitable<boolean>

/** Options of {@link Dht}. */
export interface DhtOptions extends Partial<Limits> {
  /** The links to ask over; belongs to this instance. */
  transport: Transport
  clock: Clock
  random: Random
  /** Checks signatures of records, of requests and of answers. */
  verify: Verify
  /**
   * Signs what this peer asks and answers; its id must be the first 20 bytes of SHA-256 of the key.
   * Default: nothing is signed, and answers of others count without a signature.
   */
  signer?: Signer
  /** Signs records that name no signer of their own. Default `signer`. */
  recordSigner?: Signer
  /** Where records are kept over a restart. Default: nowhere. */
  store?: Store
  /** Goes into every signature, so that one network's records mean nothing in another. Default ''. */
  domain?: string
  /** SHA-256; a native one is several times as fast. Default: one in JavaScript. */
  sha256?: Sha256
}

/** Options that are whole numbers, with every default filled in. */
export interface Limits {
  /** Lookups at different places, over different neighbours, that a get needs to agree: 1, 2 or 3. Default 1. */
  paths: number
  /** How long records live that are put without a time, ms. Default one hour. */
  ttlMs: number
  /** The longest life of a record that is accepted, ms. Default one day. */
  maxTtlMs: number
  /** How long one way may take before another is tried beside it, ms. Default 1,500. */
  attemptMs: number
  /** When a get or put has failed, ms. Default 20,000. */
  timeoutMs: number
  /** How long a replica waits for other replicas, ms. Default 700. */
  replicaMs: number
  /** How long a hop remembers what it passed on, ms. Default 10,000. */
  pathMs: number
  /** Requests remembered, and those of one neighbour. Default 4,096 and 256. */
  maxPaths: number
  maxPathsPerLink: number
  /** Gets, puts and renewals of this peer under way. Default 256. */
  maxOperations: number
  /** Records held for others and oneself, and their bytes. Default 8,192 and 16 MiB. */
  maxRecords: number
  maxBytes: number
  /** The same for records that one peer put. Default 512 and 1 MiB. */
  maxRecordsPerOrigin: number
  maxBytesPerOrigin: number
  /** Subscribers of one key, leases of one subscriber, and all leases. Default 1,024, 32 and 8,192. */
  maxLeasesPerKey: number
  maxLeasesPerOrigin: number
  maxLeases: number
  /** How often a subscription is renewed, ms, a quarter more or less; it ends after three times that. Default 40,000. */
  renewMs: number
  /** How often a replica compares with another one, ms, a quarter more or less. Default 60,000. */
  compareMs: number
  /** How often a record is put at its other places again by those who have it, ms. Default 600,000. */
  republishMs: number
  /** How long a record is kept that other peers are nearer to, ms. Default 300,000. */
  keepMs: number
  /** How long a peer answers for others only where too few older ones are, ms. Default 0. */
  settleMs: number
  /** Bytes one neighbour may send a second, a frame as 256 bytes at least; four times as many at once. Default 1 MiB. */
  linkByteRate: number
  /** Own records that are put again before they end, and own subscriptions. Default 1,024 and 32. */
  maxKept: number
  maxSubscriptions: number
}

const MAX = 2 ** 31
const DAY = 24 * 60 * 60 * 1000

/** Default, least and most of each. */
const LIMITS: { readonly [name in keyof Limits]: readonly [number, number, number] } = {
  paths: [1, 1, 3],
  ttlMs: [DAY / 24, 1000, 365 * DAY],
  maxTtlMs: [DAY, 1000, 365 * DAY],
  attemptMs: [1500, 1, MAX],
  timeoutMs: [20_000, 1, MAX],
  replicaMs: [700, 1, MAX],
  pathMs: [10_000, 1, MAX],
  maxPaths: [4096, 1, 2 ** 20],
  maxPathsPerLink: [256, 1, 2 ** 20],
  maxOperations: [256, 1, 2 ** 20],
  maxRecords: [8192, 0, 2 ** 20],
  maxBytes: [16 * 2 ** 20, 0, MAX],
  maxRecordsPerOrigin: [512, 0, 2 ** 20],
  maxBytesPerOrigin: [2 ** 20, 0, MAX],
  maxLeasesPerKey: [1024, 0, 2 ** 16],
  maxLeasesPerOrigin: [32, 0, 2 ** 16],
  maxLeases: [8192, 0, 2 ** 20],
  renewMs: [40_000, 1000, MAX],
  compareMs: [60_000, 1000, MAX],
  republishMs: [600_000, 1000, MAX],
  keepMs: [300_000, 0, MAX],
  settleMs: [0, 0, MAX],
  linkByteRate: [2 ** 20, 1, MAX],
  maxKept: [1024, 0, 2 ** 20],
  maxSubscriptions: [32, 0, 2 ** 16],
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
