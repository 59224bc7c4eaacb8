import type { Authorize } from '@pigeon/identity'
import type { LinkFactory } from '@pigeon/transport'
import type { IceServers, IceTransportPolicy, RtcEngine } from '@pigeon/webrtc'
import type { IdentityOption } from './self.ts'

/** Options of {@link joinMesh} and {@link PigeonMesh}. */
export interface JoinOptions {
  /** Where hubs are, `ws:` or `wss:` addresses, preferred first; one at a time is used. */
  hubs: readonly (string | URL)[]
  /** Who this peer is. Default `ephemeral`: fresh keys, and the id they prove. */
  identity?: IdentityOption
  /**
   * This peer's id, 40 lower-case hex characters, in place of `identity`. It proves nothing, so
   * peers that do not `allowUnverified` refuse it.
   */
  peerId?: string
  /**
   * Whether peers may have ids that are not of their keys. Default: only if this one's is not,
   * either.
   */
  allowUnverified?: boolean
  /**
   * Decides about each peer that has proven who it is, and may talk with the other end's hook
   * before; the link opens when both say yes. Default: all are welcome.
   */
  authorize?: Authorize
  /** How long `authorize` may take on both sides, ms. Default 10,000. */
  authorizeTimeoutMs?: number
  /**
   * What people agreed on, in any words: who does not have it gets no link. 1 to 1,024 bytes of
   * UTF-8. A hub learns nothing of it that would help to guess.
   */
  password?: string
  /**
   * In place of a password a random secret, out of a share link: at least 128 bits, of
   * `generateShareSecret`.
   */
  secret?: string
  /** Links to have at most, 1 to 50. Default 8. */
  maxPeers?: number
  /** Links below which the hub is asked for more peers, 0 to `maxPeers`. Default 3. */
  minPeers?: number
  /** Whether peers that are discovered are told of and linked with. Default true. */
  autoDiscovery?: boolean
  /** Whether a link may make way for a better one; ring neighbours always find room. Default true. */
  evictionStrategy?: boolean
  /** Whether links beyond the ring are chosen by XOR buckets; else at random. Default true. */
  xorRouting?: boolean
  /**
   * STUN and TURN servers, or a function that is asked for each connection. Default: those that the
   * hub offers; with none peers meet on their own networks' addresses.
   */
  iceServers?: IceServers
  /** `relay`: links go through TURN servers only, so that nobody learns addresses. Default `all`. */
  iceTransportPolicy?: IceTransportPolicy
  /** Hops a broadcast may go, 1 to 255. Default 32. */
  ttl?: number
  /** How long to wait for a first hub, ms. Default 10,000. */
  joinTimeoutMs?: number
  /**
   * Logs to the console what happens, without what people write, and shows the mesh to it as
   * `window.pigeon`. Default: only if the page's address has `debug=true`.
   */
  debug?: boolean
  /** Ends the attempt to join. */
  signal?: AbortSignal
  /**
   * Another WebRTC: `workerEngine` of `@pigeon/webrtc/worker`, `nodeDataChannelEngine`, or
   * `w3cEngine` around that of React Native or NativeScript. Default the browser's, in Node werift.
   */
  engine?: RtcEngine
  /** Makes links instead of WebRTC: for other engines, and for tests. */
  links?: LinkFactory
}
