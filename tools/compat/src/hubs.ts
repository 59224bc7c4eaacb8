import { FederatedHubServer } from '@pigeon/hub/federation'
import { HubServer } from '@pigeon/hub/server'
import { PeerPigeonProcess } from './child.ts'
import { until } from './wait.ts'

/** A hub or server for one trial. */
export interface RunningHub {
  readonly url: string
  /** Of all hubs, if there are several of one mesh: peers take turns. */
  readonly urls?: readonly string[]
  end(): Promise<void>
}

/** Our hub, with its defaults. */
export async function ourHub(): Promise<RunningHub> {
  const server = new HubServer({ port: 0 })
  const { url } = await server.start()
  return { url, end: () => server.stop() }
}

/** The server of npm `peerpigeon`, with its defaults. */
export async function theirServer(): Promise<RunningHub> {
  const child = new PeerPigeonProcess('server')
  const url = await child.call<string>('serve')
  return { url, end: async () => child.end() }
}

const MESH_MS = 20_000

/** Three hubs of ours that form one mesh. */
export async function ourHubs(): Promise<RunningHub> {
  const hubSecret = 'a secret that three hubs of a test share'
  const servers: FederatedHubServer[] = []
  const urls: string[] = []
  for (let index = 0; index < 3; index++) {
    const bootstrapHubs = urls.slice(0, 1)
    const server = new FederatedHubServer({ port: 0, hubSecret, bootstrapHubs })
    urls.push((await server.start()).url)
    servers.push(server)
  }
  const isWhole = await until(MESH_MS, async () =>
    servers.every((server) => server.getHubStats().totalHubs === 2),
  )
  if (!isWhole) throw new Error('three hubs did not find each other')
  const end = async (): Promise<void> => {
    await Promise.all(servers.map((server) => server.stop()))
  }
  return { url: urls[0] as string, urls, end }
}
