import type { Clock, Random } from '@pigeon/transport'
import type { IceTransportPolicy, RtcEngine } from './engine.ts'
import type { IceServers } from './ice-servers.ts'

/** Options of {@link WebRtcLinks}. */
export interface WebRtcLinksOptions {
  /** `browserEngine()` or `weriftEngine()`. */
  engine: RtcEngine
  /** All waiting is done on it. */
  clock: Clock
  /** Names the attempts to connect. */
  random: Random
  /**
   * STUN and TURN servers, or who gives them for each connection, such as one that fetches
   * credentials for a while. Default none: only addresses of the machine itself are tried.
   */
  iceServers?: IceServers
  /** `relay`: through TURN servers only, so that the other side learns no address. Default `all`. */
  iceTransportPolicy?: IceTransportPolicy
  /** The largest frame, bytes, 16 KiB to 16 MiB. Both sides need the same. Default 256 KiB. */
  maxFrameBytes?: number
  /** The largest message given to the engine, bytes, 1 KiB to 64 KiB. Default 16 KiB. */
  fragmentBytes?: number
  /**
   * Bytes sent but still here above which a link is congested, 16 KiB to 16 MiB. Default as the
   * engine says: werift 128 KiB, browsers 256 KiB.
   */
  windowBytes?: number
  /** A link that is not open by then closes with `timeout`, ms. Default 15 s. */
  connectTimeoutMs?: number
  /** An idle link is heard from at least this often, ms. Default 1 s. */
  heartbeatMs?: number
  /**
   * Silence after which a link is `suspect` and looks for another path, ms; at least one heartbeat,
   * at most `silenceTimeoutMs`. Default half of that, 3 s.
   */
  suspectMs?: number
  /** Silence after which a link closes with `timeout`, ms; at least 3 heartbeats. Default 6 s. */
  silenceTimeoutMs?: number
  /** A close that the other side does not confirm ends after this, ms. Default 1 s. */
  closeTimeoutMs?: number
}

/** {@link WebRtcLinksOptions} with every default filled in. */
export type LinkSettings = Required<WebRtcLinksOptions>

const KIB = 1024
const MIB = 1024 * KIB
const DAY_MS = 24 * 60 * 60 * 1000

/**
 * Fills in the defaults.
 * @throws RangeError that says which option is outside of its bounds
 */
export function linkSettings(options: WebRtcLinksOptions): LinkSettings {
  const within = (name: keyof WebRtcLinksOptions, fallback: number, low: number, high: number) => {
    const value = options[name] ?? fallback
    if (typeof value === 'number' && value >= low && value <= high) return value
    throw new RangeError(`${name} is a number from ${low} to ${high}, got ${String(value)}`)
  }
  const heartbeatMs = within('heartbeatMs', 1000, 10, DAY_MS)
  const silenceTimeoutMs = within('silenceTimeoutMs', 6000, 3 * heartbeatMs, DAY_MS)
  return {
    engine: options.engine,
    clock: options.clock,
    random: options.random,
    iceServers: options.iceServers ?? [],
    iceTransportPolicy: options.iceTransportPolicy ?? 'all',
    maxFrameBytes: within('maxFrameBytes', 256 * KIB, 16 * KIB, 16 * MIB),
    fragmentBytes: within('fragmentBytes', 16 * KIB, KIB, 64 * KIB),
    windowBytes: within('windowBytes', options.engine.traits.windowBytes, 16 * KIB, 16 * MIB),
    connectTimeoutMs: within('connectTimeoutMs', 15_000, 1, DAY_MS),
    heartbeatMs,
    suspectMs: within('suspectMs', silenceTimeoutMs / 2, heartbeatMs, silenceTimeoutMs),
    silenceTimeoutMs,
    closeTimeoutMs: within('closeTimeoutMs', 1000, 1, 60_000),
  }
}
