import { Gossip } from '@pigeon/gossip'
import { DirectMessages, Mesh, type MeshOptions } from '@pigeon/mesh'
import { SignalingClient } from '@pigeon/signaling-protocol'
import { connectWebSocket } from '@pigeon/signaling-protocol/websocket'
import { systemClock, systemRandom } from '@pigeon/transport/system'
import { WebRtcLinks } from '@pigeon/webrtc'
import type { PeerId } from '@pigeon/xor'
import { createEngine } from '#engine'
import { MeshError } from './errors.ts'
import type { JoinOptions } from './options.ts'
import { RoutedBytes } from './routed-bytes.ts'

export const MESSAGE_TOPIC = 'pigeon/message'

/** What a mesh is made of. */
export interface Parts {
  readonly signaling: SignalingClient
  readonly mesh: Mesh
  readonly gossip: Gossip
  readonly direct: DirectMessages
  readonly routed: RoutedBytes
}

/** Options that go to the mesh below as they are. */
const MESH_OPTIONS = [
  'maxPeers',
  'minPeers',
  'autoDiscovery',
  'evictionStrategy',
  'xorRouting',
] as const

/**
 * Makes the parts, which do nothing before the signaling client starts.
 * @throws RangeError or TypeError that says which option is wrong; MeshError `NO_WEBRTC`
 */
export function createParts(network: string, self: PeerId, options: JoinOptions): Parts {
  const [clock, random] = [systemClock, systemRandom]
  const { iceServers, ttl, hubs } = options
  const signaling = new SignalingClient({
    urls: hubs.map(hubUrl),
    self,
    network,
    connect: connectWebSocket,
    clock,
    random,
  })
  const links =
    options.links ??
    new WebRtcLinks({ engine: engine(), clock, random, ...(iceServers && { iceServers }) })
  const given = MESH_OPTIONS.filter((name) => options[name] !== undefined)
  const rest: Partial<MeshOptions> = Object.fromEntries(given.map((name) => [name, options[name]]))
  const mesh = new Mesh({ ...rest, self, signaling, links, clock, random })
  const transport = mesh.open('pigeon/gossip/1')
  const gossip = new Gossip({ transport, clock, random, ...(ttl !== undefined && { ttl }) })
  const direct = new DirectMessages({
    router: mesh.router,
    self,
    clock,
    isAlone: () => mesh.peers.size === 0,
  })
  return { signaling, mesh, gossip, direct, routed: new RoutedBytes(direct) }
}

function engine() {
  try {
    return createEngine()
  } catch (cause) {
    throw new MeshError('NO_WEBRTC', 'this runtime has no WebRTC', { cause })
  }
}

/** Hubs may be named as a page is: `http:` stands for `ws:`, `https:` for `wss:`. */
function hubUrl(hub: string | URL): string {
  return String(hub).replace(/^http(s?):/, 'ws$1:')
}
