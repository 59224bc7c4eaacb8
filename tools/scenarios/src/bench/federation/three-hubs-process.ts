// One of several hubs, in a process of its own: three-hubs-process <system>
import { FederatedHubServer } from '@pigeon/hub/federation'
import { WebRtcLinks } from '@pigeon/webrtc'
import { weriftEngine } from '@pigeon/webrtc/werift'
import { freePort } from '../../federation/faults/row.ts'
import { loadPeerPigeon } from '../mesh/peerpigeon.ts'
import { serve } from '../mesh/serve.ts'
import type { System } from '../mesh/systems.ts'

const LOOPBACK = '127.0.0.1'

/** All peers have one address here. */
const MAX_PEERS = 100

/** What a hub can be told. */
export type HubCommands = {
  /** @returns its address */
  start(bootstrapHubs: string[]): Promise<string>
  /** Whether it says that it does without WebSockets to other hubs now. */
  hasMigrated(): boolean
}

let hasMigrated = false
const migrated = (): void => {
  hasMigrated = true
}

const START: Readonly<Record<System, HubCommands['start']>> = {
  async pigeon(bootstrapHubs) {
    const engine = weriftEngine()
    const hub = new FederatedHubServer({
      port: 0,
      bootstrapHubs,
      maxConnectionsPerAddress: MAX_PEERS,
      hubSecret: 'known to the three hubs of this bench',
      hubLinks: (world) => new WebRtcLinks({ engine, ...world }),
    })
    hub.on('hubMeshMigrated', migrated)
    return (await hub.start()).url
  },
  async peerpigeon(bootstrapHubs) {
    const { PeerPigeonServer } = await loadPeerPigeon()
    // Without an address it tries port 3000 in vain, as the documents' first hub would not.
    const options = { port: await freePort(), host: LOOPBACK, isHub: true, bootstrapHubs }
    const hub = new PeerPigeonServer(options)
    hub.on('hubMeshMigrated', migrated)
    return `ws://${LOOPBACK}:${(await hub.start()).port}`
  },
}

const commands: HubCommands = {
  start: (bootstrapHubs) => START[process.argv[2] as System](bootstrapHubs),
  hasMigrated: () => hasMigrated,
}

serve(commands)
