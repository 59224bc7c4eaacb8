import { wholeNumber } from '@pigeon/transport'

/** Limits of transfers, all with a default. */
export interface FileLimits {
  /** Transfers at once in each direction, 1 to 4,096. Default 64. */
  maxTransfers: number
  /** Of those to this peer, from one other. Default 16. */
  maxTransfersPerPeer: number
  /** The largest file taken, bytes. Default 64 GiB. */
  maxFileBytes: number
  /** Bytes of a file that may be on the way or wait to be read, 64 KiB at least. Default 512 KiB. */
  windowBytes: number
  /** Bytes sent in one go, before other transfers have their turn, 1 KiB at least. Default 16,320. */
  chunkBytes: number
  /** How long an offer waits for its answer, ms. Default 120,000. */
  offerTimeoutMs: number
  /** How long to wait for a link at the start, ms. Default 20,000. */
  linkTimeoutMs: number
  /** How long a link that broke may be away, ms. Default 60,000. */
  resumeMs: number
  /** How long the other side may be silent, ms; it tells that it lives four times as often. Default 30,000. */
  stallMs: number
}

const MAX_MS = 2 ** 31 - 1

/** Default, least and most of each. */
const LIMITS: { readonly [name in keyof FileLimits]: readonly [number, number, number] } = {
  maxTransfers: [64, 1, 4096],
  maxTransfersPerPeer: [16, 1, 4096],
  maxFileBytes: [64 * 2 ** 30, 1, Number.MAX_SAFE_INTEGER],
  windowBytes: [2 ** 19, 64 * 1024, 2 ** 30],
  // With what goes around it, one message of 16 KiB on a data channel.
  chunkBytes: [16_320, 1024, 128 * 1024],
  offerTimeoutMs: [120_000, 1, MAX_MS],
  linkTimeoutMs: [20_000, 1, MAX_MS],
  resumeMs: [60_000, 1, MAX_MS],
  stallMs: [30_000, 4, MAX_MS],
}

/** @throws RangeError that names the option and what it got */
export function fileLimits(options: Partial<FileLimits>): FileLimits {
  const resolved: Partial<FileLimits> = {}
  for (const key in LIMITS) {
    const name = key as keyof FileLimits
    const [byDefault, min, max] = LIMITS[name]
    resolved[name] = wholeNumber(name, options[name] ?? byDefault, min, max)
  }
  return resolved as FileLimits
}
