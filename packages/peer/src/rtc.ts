import type { OfferedIceServer, SignalingClient } from '@pigeon/signaling-protocol'
import type { LinkFactory } from '@pigeon/transport'
import { systemClock, systemRandom } from '@pigeon/transport/system'
import {
  type IceServer,
  type IceServers,
  type IceTransportPolicy,
  type RtcEngine,
  WebRtcLinks,
} from '@pigeon/webrtc'
import { createEngine } from '#engine'
import { MeshError } from './errors.ts'
import type { JoinOptions } from './options.ts'

/** How links are made. */
export interface Rtc {
  readonly links: LinkFactory
  /** What links go by, to try it out; `undefined` if they are not over WebRTC of this package. */
  readonly world:
    | {
        readonly engine: RtcEngine
        readonly iceServers: () => Promise<readonly IceServer[]>
        readonly iceTransportPolicy: IceTransportPolicy
      }
    | undefined
  /** Closes all connections before the next task, as {@link WebRtcLinks.leave}. */
  readonly leave: () => void
}

/**
 * Links over WebRTC, with the servers of the options or, without those, what the hub offers.
 * @throws MeshError `NO_WEBRTC`
 */
export function createRtc(
  { links, engine: given, iceServers, iceTransportPolicy = 'all' }: JoinOptions,
  signaling: SignalingClient,
): Rtc {
  if (links !== undefined) return { links, world: undefined, leave: () => {} }
  const servers = iceServers ?? offeredBy(signaling)
  const engine = given ?? engineOfRuntime()
  const made = new WebRtcLinks({
    ...{ engine, clock: systemClock, random: systemRandom },
    ...{ iceServers: servers, iceTransportPolicy },
  })
  const current = async () => (typeof servers === 'function' ? servers() : servers)
  return {
    links: made,
    world: { engine, iceServers: current, iceTransportPolicy },
    leave: () => made.leave(),
  }
}

/** Those of the last hub that was connected. */
function offeredBy(signaling: SignalingClient): IceServers {
  let offered: readonly IceServer[] = []
  signaling.on('iceServers', (servers) => {
    offered = servers.map(toIceServer)
  })
  return () => offered
}

function toIceServer({ urls, username, credential }: OfferedIceServer): IceServer {
  return {
    urls: [...urls],
    ...(username !== undefined && { username }),
    ...(credential !== undefined && { credential }),
  }
}

function engineOfRuntime(): RtcEngine {
  try {
    return createEngine()
  } catch (cause) {
    throw new MeshError('NO_WEBRTC', 'this runtime has no WebRTC', { cause })
  }
}
