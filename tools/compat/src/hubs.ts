import { HubServer } from '@pigeon/hub/server'
import { PeerPigeonProcess } from './child.ts'

/** A hub or server for one trial. */
export interface RunningHub {
  readonly url: string
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
