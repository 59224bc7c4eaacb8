import { wholeNumber } from '@pigeon/transport'
import type { PeerId } from '@pigeon/xor'
import type { Latency } from './latency.ts'

/** Options of a `SimulatedNetwork`. */
export interface NetworkOptions {
  /** One-way delay of every pair. Default 20 ms. */
  latency?: Latency
  /** Bytes a millisecond in one direction of a link. Default: no limit. */
  bandwidth?: number
  /** Bytes on the way in one direction above which a link is congested. Default 128 KiB. */
  windowBytes?: number
  /** Default 256 KiB. */
  maxFrameBytes?: number
  /** How long nothing may come through a link before it ends with `timeout`, ms. Default 6,000. */
  silenceMs?: number
  /** Silence after which a link is `suspect`, ms; more than `silenceMs` for never. Default 3,000. */
  suspectMs?: number
  /**
   * Whether links look for another path themselves while they are suspect, as those of browsers do:
   * `Link.mends`. Here such a link recovers when there is a path again. Default true.
   */
  mends?: boolean
  /** As `silenceMs`, for message sockets, ms. Default 30,000. */
  socketSilenceMs?: number
  /** How long a link may take to open, ms. Default 15,000. */
  connectTimeoutMs?: number
  /** Round trips from the answer to an open link. Default 3: checks, DTLS, SCTP. */
  connectRoundTrips?: number
  /** How many attempts to link never succeed, 0 to 1. Default 0. */
  dialFailure?: number
  /** Whether two peers can link at all; else every attempt ends in a timeout. Default: all can. */
  canLink?: (a: PeerId, b: PeerId) => boolean
  /** How many frames are dropped without a word, beyond the contract, 0 to 1. Default 0. */
  lossRate?: number
  /** Length of the text in offers and answers. Default 500. */
  sdpBytes?: number
  /** Candidates that each side signals after its offer or answer. Default 0. */
  candidates?: number
  /**
   * Whether a frame is copied when it is sent, as the contract wants. Default true. Without, a
   * sender must not reuse its bytes and a receiver must not change them.
   */
  copyFrames?: boolean
}

/** {@link NetworkOptions} with every default filled in. */
export type ResolvedOptions = Required<NetworkOptions>

/**
 * Checks options and fills in the defaults.
 * @throws RangeError that names the option and what it got
 */
export function resolveOptions(options: NetworkOptions): ResolvedOptions {
  const resolved: ResolvedOptions = {
    latency: options.latency ?? 20,
    bandwidth: options.bandwidth ?? Number.POSITIVE_INFINITY,
    windowBytes: wholeNumber('windowBytes', options.windowBytes ?? 128 * 1024, 1, 2 ** 31),
    maxFrameBytes: wholeNumber('maxFrameBytes', options.maxFrameBytes ?? 256 * 1024, 1, 2 ** 31),
    silenceMs: positive('silenceMs', options.silenceMs ?? 6000),
    suspectMs: positive('suspectMs', options.suspectMs ?? 3000),
    mends: options.mends ?? true,
    socketSilenceMs: positive('socketSilenceMs', options.socketSilenceMs ?? 30_000),
    connectTimeoutMs: positive('connectTimeoutMs', options.connectTimeoutMs ?? 15_000),
    connectRoundTrips: wholeNumber('connectRoundTrips', options.connectRoundTrips ?? 3, 0, 100),
    dialFailure: rate('dialFailure', options.dialFailure ?? 0),
    canLink: options.canLink ?? (() => true),
    lossRate: rate('lossRate', options.lossRate ?? 0),
    sdpBytes: wholeNumber('sdpBytes', options.sdpBytes ?? 500, 0, 65_536),
    candidates: wholeNumber('candidates', options.candidates ?? 0, 0, 100),
    copyFrames: options.copyFrames ?? true,
  }
  positive('bandwidth', resolved.bandwidth)
  return resolved
}

/** @throws RangeError if `value` is not from 0 to 1 */
export function rate(name: string, value: number): number {
  if (value >= 0 && value <= 1) return value
  throw new RangeError(`${name} is a number from 0 to 1, got ${value}`)
}

/** @throws RangeError if `value` is not above 0 */
export function positive(name: string, value: number): number {
  if (value > 0) return value
  throw new RangeError(`${name} is a number above 0, got ${value}`)
}
