import type { Signal } from '@pigeon/transport'

/** The longest session description, characters. One for a data channel has about 500. */
export const MAX_SDP_LENGTH: number = 32 * 1024

/** The longest candidate line, characters. RFC 8839 ones have about 150. */
export const MAX_CANDIDATE_LENGTH = 1024

/** What a peer that does not say can take in one message, bytes. RFC 8841 §6.1. */
export const DEFAULT_MAX_MESSAGE_BYTES = 65_536

/** A peer that takes less than this in one message cannot be talked to. */
const MIN_MESSAGE_BYTES = 1024

const CONNECTION = /^[0-9a-f]{16,64}$/

/** Returns `value` as a {@link Signal}, or `undefined` if it is none: it may be anything. */
export function parseSignal(value: unknown): Signal | undefined {
  try {
    return readSignal(value)
  } catch {
    return undefined // A getter or proxy that throws.
  }
}

function readSignal(value: unknown): Signal | undefined {
  if (typeof value !== 'object' || value === null) return undefined
  const { type, connection, sdp, candidate, sdpMid, sdpMLineIndex } = value as Record<
    string,
    unknown
  >
  if (typeof connection !== 'string' || !CONNECTION.test(connection)) return undefined
  if (type === 'offer' || type === 'answer') {
    return isDataChannelSdp(sdp) ? { type, connection, sdp } : undefined
  }
  if (type !== 'candidate' || !isCandidateLine(candidate)) return undefined
  if (sdpMid !== null && !(typeof sdpMid === 'string' && sdpMid.length <= 64)) return undefined
  if (sdpMLineIndex !== null && !isIndex(sdpMLineIndex)) return undefined
  return { type, connection, candidate, sdpMid, sdpMLineIndex }
}

/** A session description with a data channel section and a certificate, or the engine chokes. */
function isDataChannelSdp(sdp: unknown): sdp is string {
  return (
    typeof sdp === 'string' &&
    sdp.length <= MAX_SDP_LENGTH &&
    sdp.startsWith('v=0') &&
    /^m=application [1-9]/m.test(sdp) &&
    /^a=fingerprint:/m.test(sdp) &&
    maxMessageBytes(sdp) >= MIN_MESSAGE_BYTES
  )
}

function isCandidateLine(line: unknown): line is string {
  return (
    typeof line === 'string' &&
    line.length <= MAX_CANDIDATE_LENGTH &&
    !/[\r\n]/.test(line) &&
    (line === '' || /^candidate:/.test(line))
  )
}

function isIndex(value: unknown): value is number {
  return typeof value === 'number' && Number.isInteger(value) && value >= 0 && value < 256
}

/** What names the ICE session of `sdp`; another one restarts it. @see RFC 8839 §5.4 */
export function iceUfrag(sdp: string): string | undefined {
  return /^a=ice-ufrag:(\S{1,256})/m.exec(sdp)?.[1]
}

/**
 * The largest message the writer of `sdp` takes, bytes; `Infinity` if it sets no limit.
 * @see RFC 8841 §6
 */
export function maxMessageBytes(sdp: string): number {
  const digits = /^a=max-message-size:(\d{1,15})/m.exec(sdp)?.[1]
  if (digits === undefined) return DEFAULT_MAX_MESSAGE_BYTES
  return Number(digits) || Number.POSITIVE_INFINITY
}
