import {
  type FederatedHubServerOptions,
  hubKeyFromSeed,
  type MakeHubEngine,
} from '@pigeon/hub/federation'
import { WebRtcLinks } from '@pigeon/webrtc'
import type { PeerId } from '@pigeon/xor'
import type { HubProgramOptions } from './options.ts'
import { ProgramError } from './pages.ts'

/** Bytes of the largest frame between hubs. */
const MAX_FRAME_BYTES: number = 1024 * 1024

/** A link between hubs by WebRTC says so often that it lives, ms. */
const HEARTBEAT_MS = 500

/** Silent for so long WebSockets take over, ms; for so long it is gone. */
const SUSPECT_MS = 1500
const SILENCE_MS = 4000

/**
 * The program's options as those of `FederatedHubServer`. As a program it never gives up an address.
 * @param workers links to the others, if it is one of several workers; those link by WebSocket with
 *   hubs elsewhere, or by NATS with all
 * @throws ProgramError if a key makes no sense
 */
export async function federationOptions(
  options: HubProgramOptions,
  workers: MakeHubEngine | undefined,
): Promise<FederatedHubServerOptions> {
  const { hubMeshNamespace, bootstrapHubs, autoConnect, reconnectInterval } = options
  const { hubSecret, trustedHubs, hubPeerId, region, spreadLoad, nats } = options
  const { hubMeshMaxPeers, hubMeshMinPeers, meshMigrationDelay, hubMeshTransport } = options
  return {
    ...{ hubMeshNamespace, bootstrapHubs, hubMeshMaxPeers, hubMeshMinPeers, region },
    autoConnect: autoConnect === 'on',
    reconnectInterval: reconnectInterval * 1000,
    maxReconnectAttempts: Number.POSITIVE_INFINITY,
    hubSecret: hubSecret.length > 0 ? hubSecret : undefined,
    hubKey: keyOf(options),
    trustedHubs: trustedHubs as readonly PeerId[],
    hubPeerId: hubPeerId as PeerId | undefined,
    meshMigrationDelay: meshMigrationDelay * 1000,
    hubLinks:
      hubMeshTransport === 'webrtc' && workers === undefined ? await makeLinks(options) : undefined,
    hubEngine: nats.length > 0 ? await makeEngine(nats) : workers,
    spreadLoad: spreadLoad === 'on',
  }
}

/** Read only where it is used: it is most of the program. */
async function makeLinks({
  rtcPortRange,
  rtcAnnouncedIp,
}: HubProgramOptions): Promise<FederatedHubServerOptions['hubLinks']> {
  const { weriftEngine } = await import('@pigeon/webrtc/werift')
  const engine = weriftEngine({
    announcedAddresses: rtcAnnouncedIp,
    ...(rtcPortRange !== undefined && { portRange: rtcPortRange }),
  })
  return ({ clock, random }) =>
    new WebRtcLinks({
      ...{ engine, clock, random, maxFrameBytes: MAX_FRAME_BYTES },
      ...{ heartbeatMs: HEARTBEAT_MS, suspectMs: SUSPECT_MS, silenceTimeoutMs: SILENCE_MS },
    })
}

async function makeEngine(servers: readonly string[]): Promise<MakeHubEngine> {
  const { natsEngine } = await import('@pigeon/hub/nats')
  return natsEngine({ servers: [...servers] })
}

function keyOf({ hubKey }: HubProgramOptions): FederatedHubServerOptions['hubKey'] {
  if (hubKey === undefined) return undefined
  if (!/^[0-9a-f]{64}$/.test(hubKey)) throw new ProgramError('HUB_KEY is 64 hex characters')
  return hubKeyFromSeed(hubKey)
}
