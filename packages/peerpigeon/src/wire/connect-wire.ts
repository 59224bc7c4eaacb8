import type { PeerId } from '@pigeon/peer'
import { connectV1WebSocket } from '@pigeon/signaling-protocol/websocket'
import { systemClock, systemRandom } from '@pigeon/transport/system'
import type { IceServer, RtcEngine } from '@pigeon/webrtc'
import { createEngine } from '#engine'
import type { WireMesh } from './wire-mesh.ts'

/** A peer among those of npm `peerpigeon`, not connected yet. Loaded on need. */
export async function connectWire(options: {
  readonly url: string
  readonly self: PeerId
  readonly network: string
  readonly maxPeers: number
  readonly engine: RtcEngine | undefined
  readonly iceServers: readonly IceServer[] | undefined
}): Promise<WireMesh> {
  const { engine = createEngine(), iceServers = [], ...rest } = options
  const { WireMesh } = await import('./wire-mesh.ts')
  const world = { connect: connectV1WebSocket, clock: systemClock, random: systemRandom }
  return new WireMesh({ ...rest, ...world, engine, iceServers })
}
