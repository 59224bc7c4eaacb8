import type { JoinOptions } from '@pigeon/peer'
import type { MeshStorageOptions } from '@pigeon/peer/storage'

/** Options of {@link PeerPigeonMesh}: PeerPigeon's, and those of `joinMesh` it has no name for. */
export interface PeerPigeonMeshOptions
  extends Pick<
    JoinOptions,
    | 'identity'
    | 'allowUnverified'
    | 'authorize'
    | 'engine'
    | 'links'
    | 'iceServers'
    | 'iceTransportPolicy'
    | 'password'
    | 'secret'
  > {
  /**
   * This peer's id, 40 hex characters. Default: that of fresh keys. An id of one's own proves
   * nothing: peers with keys refuse it, and so do hubs whose `auth` is not `open`.
   */
  peerId?: string
  /**
   * `peerpigeon-1`: speaks with peers of npm `peerpigeon` 1.1, and with none of this package but those that
   * do the same. Unauthenticated: there any peer can speak for any other, and read what passes it.
   * Links, broadcasts of text and direct messages of JSON, without receipts; nothing else.
   * Default: off.
   */
  wire?: 'peerpigeon-1'
  /** Peers of different networks never meet. Default `global`. */
  networkName?: string
  /**
   * Links at most, 1 to 50. Default 3, which can hold networks together but not all deaths in them; 50 with
   * `wire`: links of this peer are what holds networks of PeerPigeon together.
   */
  maxPeers?: number
  /** Links that are sought, 0 to 49. Default 2. */
  minPeers?: number
  /** Default true. */
  autoDiscovery?: boolean
  /** Whether links are made without being asked for. Default true. */
  autoConnect?: boolean
  /** Default true. */
  evictionStrategy?: boolean
  /** Default true. */
  xorRouting?: boolean
  /** Default true; if false, every method of the table throws and says so. */
  enableWebDHT?: boolean
  /** Whether `encryptMessage` and its like work. Messages to one peer are sealed in any case. Default true. */
  enableCrypto?: boolean
  /** Shows `window.peerPigeonMesh` and logs everything. Default: if the page's address has `debug=true`. */
  debug?: boolean
  /** Hops of a broadcast. Default 10. */
  ttl?: number
  /** Where storage keeps what it has, and its limits. */
  storage?: MeshStorageOptions
}

/** {@link PeerPigeonMeshOptions} that may change while the mesh runs. */
export interface Settings {
  maxPeers: number
  minPeers: number
  autoDiscovery: boolean
  autoConnect: boolean
  evictionStrategy: boolean
  xorRouting: boolean
}

/** PeerPigeon's defaults. */
export function settingsOf(options: PeerPigeonMeshOptions): Settings {
  const settings = {
    maxPeers: options.maxPeers ?? (options.wire === undefined ? 3 : 50),
    minPeers: options.minPeers ?? 2,
    autoDiscovery: options.autoDiscovery ?? true,
    autoConnect: options.autoConnect ?? true,
    evictionStrategy: options.evictionStrategy ?? true,
    xorRouting: options.xorRouting ?? true,
  }
  if (options.wire !== undefined && options.wire !== 'peerpigeon-1') {
    throw new RangeError(`wire is 'peerpigeon-1', got ${JSON.stringify(options.wire)}`)
  }
  checkPeers('maxPeers', settings.maxPeers, 1, 50)
  checkPeers('minPeers', settings.minPeers, 0, 49)
  return { ...settings, minPeers: Math.min(settings.minPeers, settings.maxPeers) }
}

/** @throws RangeError that names the setting and what it got */
export function checkPeers(name: string, value: number, least: number, most: number): number {
  if (Number.isInteger(value) && value >= least && value <= most) return value
  throw new RangeError(`${name} is a whole number from ${least} to ${most}, got ${value}`)
}
