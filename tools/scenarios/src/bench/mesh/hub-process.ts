// A hub in a process of its own: hub-process <system>
import { createServer } from 'node:net'
import { HubServer } from '@pigeon/hub/server'
import { countMessages, webSocketOf } from './count-messages.ts'
import { loadPeerPigeon, peerPigeonSocket } from './peerpigeon.ts'
import { serve } from './serve.ts'
import type { System } from './systems.ts'

/** All peers have one address here. */
const MAX_PEERS = 1000

const LOOPBACK = '127.0.0.1'

/** What a hub can be told. */
export type HubCommands = {
  /** @returns its address */
  start(): Promise<string>
  /** @returns messages received and sent so far */
  messages(): number
}

let messages = () => 0

const START: Readonly<Record<System, () => Promise<string>>> = {
  async pigeon() {
    messages = countMessages(webSocketOf(import.meta.resolve('@pigeon/hub/server')))
    return (await new HubServer({ port: 0, maxConnectionsPerAddress: MAX_PEERS }).start()).url
  },
  async peerpigeon() {
    const { PeerPigeonServer } = await loadPeerPigeon()
    messages = countMessages(peerPigeonSocket())
    const { port } = await new PeerPigeonServer({ port: await freePort(), host: LOOPBACK }).start()
    return `ws://${LOOPBACK}:${port}`
  },
}

/** It takes 0 for 3000. */
function freePort(): Promise<number> {
  return new Promise((resolve) => {
    const server = createServer().listen(0, LOOPBACK, () => {
      const { port } = server.address() as { port: number }
      server.close(() => resolve(port))
    })
  })
}

const commands: HubCommands = {
  start: () => START[process.argv[2] as System](),
  messages: () => messages(),
}

serve(commands)
