import { SignalingClient, type SocketConnector } from '@pigeon/signaling-protocol'
import { WsSocket } from '@pigeon/signaling-protocol/websocket'
import { systemClock, systemRandom } from '@pigeon/transport/system'
import { WebSocket } from 'ws'
import { idOf } from '../hub/systems.ts'

/** One of the addresses 127.0.0.0/8, of which each machine has all; up to 51,200 of them. */
function addressOf(index: number): string {
  return `127.1.${Math.floor(index / 200)}.${2 + (index % 200)}`
}

/** A client with the waits and retries that every peer has, at an address of its own. */
export function clientAt(index: number, url: string, network: string): SignalingClient {
  const localAddress = addressOf(index)
  const connect: SocketConnector = (to, protocols) =>
    new WsSocket(new WebSocket(to, [...protocols], { localAddress, perMessageDeflate: false }))
  const world = { connect, clock: systemClock, random: systemRandom }
  return new SignalingClient({ ...world, urls: [url], self: idOf(index), network })
}

/** Starts clients, and waits until all are in. */
export async function joined(clients: readonly SignalingClient[]): Promise<void> {
  await Promise.all(
    clients.map((client) => {
      const connected = new Promise<void>((resolve) => client.on('connected', () => resolve()))
      client.start()
      return connected
    }),
  )
}
