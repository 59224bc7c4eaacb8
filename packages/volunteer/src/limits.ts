import { wholeNumber } from '@pigeon/transport'

/** Options that are whole numbers, with every default filled in. */
export interface Limits {
  /** Tasks lent to one neighbour at once. Default 1,024. */
  inFlight: number
  /** Bytes of an input, and of a result. Default 128 KiB; a channel must carry 512 bytes more. */
  payloadBytes: number
  /** Bytes of code. Default 128 KiB. */
  codeBytes: number
  /** Pieces of code that are kept. Default 16. */
  codes: number
  /** Jobs of others that are known at once. Default 16. */
  jobs: number
  /** How often a submitter tells of its job, ms. Default 2,000. */
  announceMs: number
  /** How long a job is kept of whose submitter nothing is heard, ms. Default 20,000. */
  silenceMs: number
  /** How often a task may be lost below a node that passes it on. Default 3. */
  losses: number
  /** Bytes that wait for a congested neighbour before it is sent away. Default 64 MiB. */
  outboxBytes: number
  /** Answers a second that a neighbour may bring to what it was not asked by this node. Default 200. */
  strayRate: number
}

const MAX = 2 ** 31

/** Default, least and most of each. */
const LIMITS: { readonly [name in keyof Limits]: readonly [number, number, number] } = {
  inFlight: [1024, 1, 65_535],
  payloadBytes: [128 * 1024, 1, 2 ** 24],
  codeBytes: [128 * 1024, 1, 2 ** 24],
  codes: [16, 1, 1024],
  jobs: [16, 1, 1024],
  announceMs: [2000, 10, MAX],
  silenceMs: [20_000, 20, MAX],
  losses: [3, 0, 1000],
  outboxBytes: [2 ** 26, 1024, MAX],
  strayRate: [200, 1, MAX],
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
