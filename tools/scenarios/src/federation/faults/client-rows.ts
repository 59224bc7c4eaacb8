import { once } from 'node:events'
import { connect } from 'node:net'
import { peerIdFromKey, type SigningKey } from '@pigeon/identity'
import { systemCrypto } from '@pigeon/identity/system'
import { SUBPROTOCOL } from '@pigeon/signaling-protocol'
import { systemRandom } from '@pigeon/transport/system'
import { WebSocket } from 'ws'
import type { AttackerCommands } from '../../bench/hub/attacker-process.ts'
import { makeHubPrograms } from '../../bench/hub/program.ts'
import { Child } from '../../bench/mesh/child.ts'
import { FaultClient, FaultNetwork, sleep, until } from './network.ts'
import { type FaultRow, found, HERE } from './row.ts'
import { Wire } from './wire.ts'

/** How often a flood of 1.5 s comes, and from how many addresses others come meanwhile. */
const ROUNDS = 5
const NEIGHBOURS = 8

async function keyed(): Promise<{ self: ReturnType<typeof peerIdFromKey>; prove: SigningKey }> {
  const prove = await systemCrypto.signingKey(systemRandom.fill(new Uint8Array(32)))
  return { self: peerIdFromKey(prove.publicKey), prove }
}

/** @returns how long until the other end closes, ms */
async function closedAfter(port: string, first: string, then: string): Promise<number> {
  const socket = connect({ port: Number(port), host: '127.0.0.1' })
  socket.on('error', () => {})
  await once(socket, 'connect')
  socket.resume()
  socket.write(first)
  const timer = setInterval(() => socket.writable && socket.write(then), 500)
  const took = await until(() => socket.destroyed || socket.readableEnded, 30_000)
  clearInterval(timer)
  socket.destroy()
  return took
}

const UPGRADE = [
  ...['GET / HTTP/1.1', 'Host: x', 'Upgrade: websocket', 'Connection: Upgrade'],
  ...['Sec-WebSocket-Version: 13', 'Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ=='],
  ...[`Sec-WebSocket-Protocol: ${SUBPROTOCOL}`, '', ''],
].join('\r\n')

/** What clients do to a hub, or a hub to its clients. */
export const CLIENT_ROWS: readonly FaultRow[] = [
  {
    id: 'F6',
    name: 'the wire between hub and client falls silent, heartbeat 13 s',
    async run(program) {
      const network = await FaultNetwork.start(program, 1, {
        ...HERE,
        heartbeat: 13,
        auth: 'keyed',
      })
      const [url = ''] = network.urls
      const wire = await Wire.to(url)
      try {
        const owner = await keyed()
        const [cut, moved] = [
          new FaultClient([wire.url], await keyed()),
          new FaultClient([wire.url], owner),
        ]
        network.clients.push(cut, moved)
        await until(() => cut.connects + moved.connects === 2, 10_000)
        wire.isSilent = true
        const at = performance.now()
        const again = new FaultClient([url], owner)
        network.clients.push(again)
        const back = await until(() => again.connects === 1, 10_000)
        let [client, hub] = [Number.POSITIVE_INFINITY, Number.POSITIVE_INFINITY]
        const sinceCut = (): number => performance.now() - at
        await until(async () => {
          if (cut.disconnects > 0) client = Math.min(client, sinceCut())
          const peers = (await network.hubs[0]?.call('counts'))?.peers
          if (peers === 1) hub = Math.min(hub, sinceCut())
          return Number.isFinite(client + hub)
        }, 40_000)
        return [
          found('its id taken back on another wire', back, 1000),
          found('noticed by the client', client, 25_000),
          found('noticed by the hub', hub, 25_000),
        ]
      } finally {
        wire.end()
        await network.end()
      }
    },
  },
  {
    id: 'F9',
    name: 'connections that never say what they want',
    async run(program) {
      const network = await FaultNetwork.start(program, 1, HERE)
      try {
        const { port } = new URL(network.urls[0] as string)
        const [slow, mute] = await Promise.all([
          closedAfter(port, 'GET / HTTP/1.1\r\nHost: x\r\n', 'X-A: b\r\n'),
          closedAfter(port, UPGRADE, ''),
        ])
        return [
          found('a request without end closed', slow, 10_000),
          found('a WebSocket without HELLO closed', mute, 10_000),
        ]
      } finally {
        await network.end()
      }
    },
  },
  {
    id: 'F10',
    name: '5,000 connections a second from one address',
    async run(program) {
      const rates = { ...HERE, connectRate: 20, connectBurst: 100, maxConnectionsPerAddress: 100 }
      const network = await FaultNetwork.start(program, 1, rates)
      const attacker = new Child<AttackerCommands>((await makeHubPrograms()).attacker)
      const [url = ''] = network.urls
      try {
        let isOver = false
        const attack = (async () => {
          for (let round = 0; round < ROUNDS; round++) {
            await attacker.call('attack', '5,000 connections a second', url, '')
          }
          isOver = true
        })()
        let most = 0
        const took: number[] = []
        while (!isOver) {
          const at = performance.now()
          const localAddress = `127.0.1.${1 + (took.length % NEIGHBOURS)}`
          const socket = new WebSocket(url, SUBPROTOCOL, { localAddress })
          socket.on('error', () => {})
          await Promise.race([once(socket, 'open'), sleep(5000)])
          took.push(performance.now() - at)
          most = Math.max(most, (await network.hubs[0]?.call('counts'))?.connections ?? 0)
          socket.terminate()
          await sleep(20)
        }
        await attack
        took.sort((a, b) => a - b)
        const p99 = took[Math.floor(took.length * 0.99)] ?? Number.POSITIVE_INFINITY
        return [
          found('connections at once', most, 101, ''),
          found(`another address connects, p99 of ${took.length}`, p99, 100),
        ]
      } finally {
        await attacker.end()
        await network.end()
      }
    },
  },
  {
    id: 'F17',
    name: 'two clients with one id',
    async run(program) {
      const network = await FaultNetwork.start(program, 1, HERE)
      const { clients, urls } = network
      const join = async (options: ConstructorParameters<typeof FaultClient>[1]) => {
        const client = new FaultClient(urls, options)
        clients.push(client)
        await until(() => client.connects > 0 || client.refused !== '', 10_000)
        return client
      }
      try {
        const owner = await keyed()
        const before = await join(owner)
        const after = await join(owner)
        await until(() => before.refused !== '', 5000)
        const squatter = await join({ self: owner.self })
        const isNewest = before.refused === 'REPLACED' && after.connectedTo !== ''
        return [
          {
            what: `with its key the newest has it, the other is told so: ${isNewest}`,
            isGood: isNewest,
          },
          {
            what: `without it nobody: ${squatter.refused}`,
            isGood: squatter.refused === 'ID_TAKEN' && squatter.connects === 0,
          },
        ]
      } finally {
        await network.end()
      }
    },
  },
]
