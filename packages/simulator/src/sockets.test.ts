import type { PeerId } from '@pigeon/xor'
import { expect, test } from 'vitest'
import { type NetworkOptions, SimulatedNetwork, type SimulatedSocket, Simulation } from './index.ts'

const A = 'a'.repeat(40) as PeerId
const HUB = 'ws://hub'

function world(options: NetworkOptions = {}) {
  const simulation = new Simulation({ seed: 2 })
  const network = new SimulatedNetwork(simulation, { latency: 10, ...options })
  const log: string[] = []
  const listen = (name: string, socket: SimulatedSocket) => {
    socket.on('open', () => log.push(`${name} open ${simulation.now}`))
    socket.on('message', (bytes) => log.push(`${name} got ${bytes.join()} ${simulation.now}`))
    socket.on('close', (code, why) => log.push(`${name} ${code}${why} ${simulation.now}`))
    return socket
  }
  const accepted: SimulatedSocket[] = []
  const server = network.listen(HUB, (socket, { remoteAddress, protocols }) => {
    log.push(`accepted ${remoteAddress} ${protocols}`)
    accepted.push(listen('hub', socket))
    socket.send(Uint8Array.of(1))
  })
  const connect = (url = HUB) => listen('peer', network.connector(A)(url, ['v1']))
  return { simulation, network, server, log, connect, accepted }
}

test('messages go both ways, behind an open, and are counted', () => {
  const { simulation, network, server, log, connect } = world()
  const socket = connect()
  socket.on('open', () => socket.send(Uint8Array.of(2, 3)))
  simulation.run(1000)
  expect(log).toEqual(['accepted 10.0.0.1 v1', 'peer open 20', 'peer got 1 20', 'hub got 2,3 30'])
  expect(server.host.stats).toMatchObject({ messages: 1, messageBytes: 1, messagesReceived: 1 })
  expect(network.host(A).stats).toMatchObject({ messages: 1, messageBytes: 2, frames: 0 })
})

test('a close comes behind what was sent, with its code, and never while close runs', () => {
  const { simulation, log, connect } = world()
  const socket = connect()
  simulation.run(100)
  log.length = 0
  socket.send(Uint8Array.of(7))
  socket.close(4001, ' why')
  socket.send(Uint8Array.of(8))
  expect(log).toEqual([])
  simulation.run(2000)
  expect(log).toEqual(['hub got 7 110', 'hub 4001 why 110', 'peer 4001 why 120'])
  expect(socket.state).toBe('closed')
})

test('a socket that is closed before it opens never opens', () => {
  const { simulation, log, connect } = world()
  connect().close()
  simulation.run(1000)
  expect(log).toEqual(['peer 1000 0'])
})

test('bytes that have not arrived are buffered', () => {
  const { simulation, connect } = world({ bandwidth: 1 })
  const socket = connect()
  simulation.run(1000)
  socket.send(new Uint8Array(100))
  socket.send(new Uint8Array(100))
  expect(socket.bufferedBytes).toBe(200)
  simulation.runFor(115)
  expect(socket.bufferedBytes).toBe(100)
  simulation.runFor(200)
  expect(socket.bufferedBytes).toBe(0)
})

test('an outage breaks every connection and refuses new ones until it is over', () => {
  const { simulation, server, log, connect } = world()
  connect()
  simulation.run(100)
  log.length = 0
  server.outage()
  simulation.run(200)
  expect(log).toEqual(['hub 1006 100', 'peer 1006 110'])
  connect()
  simulation.run(300)
  expect(log.at(-1)).toBe('peer 1006 220')
  server.restore()
  connect()
  simulation.run(400)
  expect(log.at(-1)).toBe('peer got 1 320')
  expect(server.accepted).toBe(2)
})

test('nobody listens: the connection fails', () => {
  const { simulation, log, connect } = world()
  connect('ws://nowhere')
  simulation.run(1000)
  expect(log).toEqual(['peer 1006 0'])
})

test('behind a partition messages wait, until the connection breaks', () => {
  const { simulation, network, server, log, connect } = world()
  const socket = connect()
  simulation.run(100)
  log.length = 0
  network.partition([[A], [server.host.id]])
  socket.send(Uint8Array.of(5))
  simulation.run(10_000)
  expect(log).toEqual([])
  network.heal()
  simulation.run(20_000)
  expect(log).toEqual(['hub got 5 10010'])
  network.partition([[A], [server.host.id]])
  connect()
  simulation.run(60_000)
  expect(log.slice(1)).toEqual(['hub 1006 50000', 'peer 1006 50000'])
})

test('a crashed peer is missed at the server, an orderly leave is seen', () => {
  const { simulation, network, log, connect } = world()
  connect()
  simulation.run(100)
  network.host(A).crash()
  simulation.run(60_000)
  expect(log.at(-1)).toBe('hub 1006 30100')
  network.host(A).restart()
  connect()
  simulation.run(61_000)
  network.host(A).leave()
  simulation.run(62_000)
  expect(log.at(-1)).toBe('hub 1001going away 61010')
  network.host(A).restart()
  connect()
  simulation.run(63_000)
  network.host(A).crash('process')
  simulation.run(64_000)
  expect(log.at(-1)).toBe('hub 1006 63010')
})
