import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { installedVersion, modulesOf } from '../other-system.ts'
import { webSocketOf } from './count-messages.ts'

/** A peer of PeerPigeon 1.1.3, as far as it is used here. */
export interface PeerPigeonMesh {
  readonly peerId: string
  readonly connectionManager: {
    readonly peers: ReadonlyMap<string, { readonly dataChannel: { readyState: string } | null }>
  }
  init(): Promise<void>
  connect(url: string): Promise<void>
  sendMessage(content: string): Promise<string | null>
  sendDirectMessage(to: string, content: string): Promise<string | null>
  dhtPut(key: string, value: unknown): Promise<boolean>
  dhtGet(key: string): Promise<unknown>
  addEventListener(
    event: 'messageReceived',
    listener: (message: { from: string; content: unknown }) => void,
  ): void
}

/** Makes connections; one for the whole process. */
interface PigeonRtc {
  createPeerConnection(config: object): unknown
}

/** The exports of PeerPigeon 1.1.3 that are used here. */
interface PeerPigeonModule {
  PeerPigeonMesh: new (options: { networkName: string; maxPeers: number }) => PeerPigeonMesh
  PeerPigeonServer: new (options: {
    port: number
    host: string
    isHub?: boolean
    bootstrapHubs?: readonly string[]
  }) => {
    start(): Promise<{ port: number }>
    on(event: 'hubMeshMigrated', listener: () => void): void
  }
  environmentDetector: { getPigeonRTC(): PigeonRtc }
}

/** @returns the version that is installed, if any */
export function peerPigeonVersion(): string | undefined {
  return installedVersion('peerpigeon', 'peerpigeon')
}

/** Loads the package from where `scripts/bench.mjs` installed it. */
export async function loadPeerPigeon(): Promise<PeerPigeonModule> {
  // Its client takes the WebSocket of the runtime, which Node 20 does not have yet.
  Object.assign(globalThis, { WebSocket: peerPigeonSocket() })
  const entry = join(modulesOf('peerpigeon'), 'peerpigeon', 'index.js')
  return (await import(pathToFileURL(entry).href)) as PeerPigeonModule
}

/** The `WebSocket` class that its client and its server use. */
export function peerPigeonSocket(): unknown {
  return webSocketOf(join(modulesOf('peerpigeon'), 'peerpigeon', 'package.json'))
}
