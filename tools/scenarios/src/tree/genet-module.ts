import { once } from 'node:events'
import { createServer, type Server as HttpServer } from 'node:http'
import { createRequire } from 'node:module'
import type { AddressInfo } from 'node:net'
import { join } from 'node:path'
import { installedVersion, modulesOf } from '../bench/other-system.ts'

/** The directory of `tools/peers`, and the package in it. */
const NAME = 'webrtc-tree-overlay'

/** Whoever knows it may be the root. */
export const SECRET = 'secret'

/** One end of a link of npm webrtc-tree-overlay. */
export interface GenetChannel {
  send(data: string): void
}

/** A node of npm webrtc-tree-overlay, as far as it is used here. */
export interface GenetNode {
  becomeRoot(secret: string): void
  join(): void
  on(
    event: 'data',
    listener: (data: string, channel: GenetChannel, isParent: boolean) => void,
  ): void
  on(
    event: `${'child' | 'parent'}-${'connect' | 'close' | 'error'}`,
    listener: (channel: GenetChannel) => void,
  ): void
}

/** npm webrtc-tree-overlay, and what it needs in Node. */
export interface Genet {
  readonly Node: new (bootstrap: unknown, options: object) => GenetNode
  readonly bootstrap: (host: string) => unknown
  readonly wrtc: unknown
}

/** @returns the version that is installed, if any */
export function genetVersion(): string | undefined {
  return installedVersion(NAME, NAME)
}

/** Loads the packages from where `scripts/bench.mjs` installed them. */
export function loadGenet(): Genet {
  const load = createRequire(join(modulesOf(NAME), NAME, 'package.json'))
  const Client = load('webrtc-bootstrap') as new (host: string) => unknown
  return {
    Node: load('webrtc-tree-overlay') as Genet['Node'],
    bootstrap: (host) => new Client(host),
    wrtc: load('@roamhq/wrtc'),
  }
}

/** Starts the server of npm webrtc-bootstrap. */
export async function startGenetServer(): Promise<{ url: string; stop(): Promise<void> }> {
  const load = createRequire(join(modulesOf(NAME), NAME, 'package.json'))
  const { Server } = load('webrtc-bootstrap') as {
    Server: new (secret: string, options: { httpServer: HttpServer }) => { close(): void }
  }
  const httpServer = createServer()
  httpServer.listen(0, 'localhost')
  await once(httpServer, 'listening')
  const server = new Server(SECRET, { httpServer })
  const { port } = httpServer.address() as AddressInfo
  return { url: `localhost:${port}`, stop: async () => server.close() }
}
