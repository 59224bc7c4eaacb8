import { Simulation } from '@pigeon/simulator'
import { type PeerId, peerIdFromName } from '@pigeon/xor'
import { describe, expect, test } from 'vitest'
import { ScenarioPeer } from '../peer.ts'
import { type BuiltHub, BuiltHubs } from './build-hubs.ts'

const ORDERS = [
  [1, 2, 3],
  [1, 3, 2],
  [2, 1, 3],
  [2, 3, 1],
  [3, 1, 2],
  [3, 2, 1],
]

const TOPIC = 'news'

/** Peers with mesh and broadcast at the hubs of a network. */
class Peers {
  readonly peers: ScenarioPeer[] = []
  readonly heard: Map<PeerId, string[]> = new Map()
  readonly #built: BuiltHubs
  #round = 0

  constructor(built: BuiltHubs) {
    this.#built = built
  }

  /** One more at each hub. */
  joinEach(): void {
    for (const { url } of this.#built.hubs) {
      const id = peerIdFromName(`peer ${this.peers.length}`)
      const heard: string[] = []
      this.heard.set(id, heard)
      const peer = new ScenarioPeer({
        ...{ network: this.#built.network, id, hubUrl: url, layers: {} },
        onStart: (_, { gossip }) => {
          gossip?.on('message', ({ payload }) => heard.push(new TextDecoder().decode(payload)))
        },
      })
      this.peers.push(peer)
      peer.start()
    }
  }

  /** Each says something to all. @returns what did not come, or came twice */
  broadcast(): string[] {
    const round = ++this.#round
    for (const { id, gossip } of this.peers) {
      gossip.publish(TOPIC, new TextEncoder().encode(`${round} from ${id}`))
      this.#built.simulation.runFor(50)
    }
    this.#built.simulation.runFor(5000)
    return this.peers.flatMap(({ id: from }) =>
      this.peers
        .filter(({ id: to }) => to !== from)
        .filter(({ id: to }) => {
          const copies = this.heard.get(to)?.filter((text) => text === `${round} from ${from}`)
          return copies?.length !== 1
        })
        .map(({ id: to }) => `${from} to ${to}`),
    )
  }
}

describe('peers of several hubs', () => {
  test.each(ORDERS)(
    'H7 with hub ids %d %d %d all hear all, before, after and without peer-to-peer links',
    (...digits) => {
      const simulation = new Simulation({ seed: digits[0] as number })
      const ids = digits.map((digit) => `${digit}`.repeat(40) as PeerId)
      const built = new BuiltHubs(simulation, { hubs: 3, isMesh: true, ids })
      const all = new Peers(built)
      all.joinEach()
      simulation.runFor(5000)
      expect(all.broadcast()).toEqual([])
      expect(simulation.runUntil(() => built.hasMigrated, 60_000, 100)).toBe(true)
      all.joinEach()
      simulation.runFor(5000)
      expect(all.broadcast()).toEqual([])
      // The links of hubs end at hosts of their own, so that they alone can be cut.
      built.network.partition(built.hubs.map(({ id }: BuiltHub) => [id]))
      all.joinEach()
      simulation.runFor(8000)
      expect(built.hubs.every(({ node }) => node.socketConnections > 0)).toBe(true)
      expect(all.broadcast()).toEqual([])
    },
  )
})
