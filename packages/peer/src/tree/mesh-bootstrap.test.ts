import type { GossipEvents } from '@pigeon/gossip'
import type { Reign } from '@pigeon/tree-overlay'
import { type PeerId, peerIdFromName } from '@pigeon/xor'
import { describe, expect, test } from 'vitest'
import { Messenger } from '../channels/messenger.ts'
import { MemoryPeers } from '../fixtures/memory-peers.ts'
import { MeshBootstrap } from './mesh-bootstrap.ts'
import { decodeReignFrame, encodeReignFrame } from './reign-frames.ts'
import { TreePost } from './tree-post.ts'

const ENTRY = peerIdFromName('a tree')
const TOPIC = 'the tree'
const GOOD = Uint8Array.of(1)

/** Peers on a clock moved by hand: broadcasts reach all on the same side of a cut, after 20 ms. */
class World {
  readonly peers: MemoryPeers = new MemoryPeers()
  readonly listeners: Map<PeerId, GossipEvents['message']> = new Map()
  /** Cut off from the others. */
  readonly apart: Set<PeerId> = new Set()
  published = 0

  /** @param proof what it shows as root; `null`: it may not be root */
  add(name: string, proof: Uint8Array | null = GOOD) {
    const peer = this.peers.add(name)
    const { id: self, routed } = peer
    const { clock } = this.peers
    const transport = peer.open('pigeon/messages/1')
    const post = new TreePost(new Messenger({ transport, routed, clock }))
    const letters: string[] = []
    const bootstrap = new MeshBootstrap({
      ...{ self, entry: ENTRY, post, topic: TOPIC, clock, isAlone: () => false },
      herald: {
        publish: (topic, payload) => this.#publish(self, topic, payload),
        on: (_, listener) => {
          this.listeners.set(self, listener)
          return () => void this.listeners.delete(self)
        },
      },
      sign: proof === null ? undefined : async () => proof,
      verify: async (_root, _term, shown) => shown[0] === GOOD[0],
    })
    bootstrap.on('letter', (from, letter) => letters.push(`${from} ${letter[0]}`))
    return { id: self, bootstrap, letters, post }
  }

  async pass(ms: number): Promise<void> {
    for (let left = ms; left > 0; left -= 50) {
      this.peers.clock.advance(50)
      for (let turn = 0; turn < 10; turn++) await Promise.resolve()
    }
  }

  /** Whom it is told is root, once it is told. */
  async claim({ bootstrap }: { bootstrap: MeshBootstrap }, term = 1): Promise<Reign | undefined> {
    let told: { reign: Reign | undefined } | undefined
    bootstrap.claim(term, (reign) => {
      told = { reign }
    })
    await this.pass(2500)
    expect(told).toBeDefined()
    return told?.reign
  }

  #publish(author: PeerId, topic: string, payload: Uint8Array): string {
    this.published++
    const rest = { id: '', from: author, hops: 1, ttl: 1, timestamp: 0, path: undefined }
    const side = this.apart.has(author)
    this.peers.clock.after(20, () => {
      for (const [id, listener] of this.listeners) {
        if (id === author || this.apart.has(id) !== side) continue
        listener({ author, topic, payload, ...rest })
      }
    })
    return ''
  }
}

describe('who is root, as peers of a mesh see it', () => {
  test('one that hears of nobody is, and all others are told of it', async () => {
    const world = new World()
    const [a, b] = [world.add('a'), world.add('b')]
    expect(await world.claim(a)).toEqual({ root: a.id, term: 1 })
    expect(await world.claim(b)).toEqual({ root: a.id, term: 1 })
    expect(await world.claim(a)).toEqual({ root: a.id, term: 1 })
  })

  test('of two that begin at once the one with the higher id stays', async () => {
    const world = new World()
    const [a, b] = [world.add('a'), world.add('b')].sort((x, y) => (x.id < y.id ? -1 : 1))
    if (a === undefined || b === undefined) return
    const reigns: (Reign | undefined)[] = []
    for (const { bootstrap } of [a, b]) bootstrap.claim(1, (reign) => reigns.push(reign))
    await world.pass(2000)
    expect(reigns.map((reign) => reign?.root)).toEqual([a.id, b.id])
    for (const one of [a, b]) expect(await world.claim(one)).toEqual({ root: b.id, term: 1 })
  })

  test('T6 two after a partition are one again: the later term stays', async () => {
    const world = new World()
    const [a, b] = [world.add('a'), world.add('b')]
    world.apart.add(b.id)
    expect((await world.claim(a))?.root).toBe(a.id)
    expect((await world.claim(b, 4))?.root).toBe(b.id)
    world.apart.clear()
    await world.claim(b)
    expect(await world.claim(a)).toEqual({ root: b.id, term: 4 })
    expect(await world.claim(b)).toEqual({ root: b.id, term: 4 })
  })

  test('who resigns is followed at once, who is gone after ten seconds', async () => {
    const world = new World()
    const [a, b, c] = [world.add('a'), world.add('b'), world.add('c')]
    await world.claim(a)
    a.bootstrap.resign()
    await world.pass(50)
    expect(await world.claim(b)).toEqual({ root: b.id, term: 2 })
    world.apart.add(b.id)
    await world.pass(5000)
    expect((await world.claim(c))?.root).toBe(b.id)
    await world.pass(5000)
    expect(await world.claim(c)).toEqual({ root: c.id, term: 3 })
  })

  test('T6 who has not got the key is not believed, and does not try', async () => {
    const world = new World()
    const [thief, other, plain] = [
      world.add('thief', Uint8Array.of(2)),
      world.add('other'),
      world.add('plain', null),
    ]
    await world.claim(thief)
    expect(await world.claim(plain)).toBeUndefined()
    expect((await world.claim(other))?.root).toBe(other.id)
  })

  test('letters to a root wait until there is one, the last sixteen of them', async () => {
    const world = new World()
    const [a, b] = [world.add('a'), world.add('b', null)]
    for (let count = 0; count < 20; count++) {
      expect(b.bootstrap.sendToRoot(Uint8Array.of(count))).toBe('sent')
    }
    await world.claim(a)
    expect(a.letters).toEqual(Array.from({ length: 16 }, (_, at) => `${b.id} ${at + 4}`))
    b.bootstrap.sendToRoot(Uint8Array.of(99))
    await world.pass(200)
    expect(a.letters.at(-1)).toBe(`${b.id} 99`)
  })

  test('questions and answers are at most one a second', async () => {
    const world = new World()
    const [a, b] = [world.add('a'), world.add('b', null)]
    await world.claim(a)
    const before = world.published
    for (let count = 0; count < 100; count++) {
      world.listeners.get(a.id)?.({
        ...{ author: b.id, topic: TOPIC, payload: encodeReignFrame({ kind: 'who' }) },
        ...{ id: '', from: b.id, hops: 1, ttl: 1, timestamp: 0, path: undefined },
      })
    }
    await world.pass(100)
    expect(world.published - before).toBe(1)
  })

  test('a peer is sent so much at once, and no letter larger than the mesh takes', async () => {
    const world = new World()
    const [a, b] = [world.add('a'), world.add('b')]
    const letter = new Uint8Array(32 * 1024)
    const results = Array.from({ length: 9 }, () => a.bootstrap.send(b.id, letter))
    expect(results.filter((result) => result === 'sent')).toHaveLength(7)
    expect(results.at(-1)).toBe('congested')
    await world.pass(200)
    expect(a.bootstrap.send(b.id, letter)).toBe('sent')
    expect(a.bootstrap.send(b.id, new Uint8Array(2 ** 20))).toBe('too-large')
    expect(b.letters).toHaveLength(7)
  })

  test('one mesh has one node of a tree, and another once that is closed', () => {
    const world = new World()
    const { post, bootstrap } = world.add('a')
    expect(() => post.open(ENTRY, () => {})).toThrow(TypeError)
    bootstrap.close()
    post.open(ENTRY, () => {})()
  })
})

describe('what is broadcast about roots', () => {
  test('is read as it was written', () => {
    const frames = [
      { kind: 'reign', term: 7, proof: Uint8Array.of(1, 2, 3) },
      { kind: 'who' },
      { kind: 'vacant' },
    ] as const
    for (const frame of frames) expect(decodeReignFrame(encodeReignFrame(frame))).toEqual(frame)
  })

  test('is nothing where it makes no sense', () => {
    const long = encodeReignFrame({ kind: 'reign', term: 1, proof: new Uint8Array(257) })
    for (const bytes of [[], [0], [4], [1], [1, 0, 0, 0, 1], [2, 0]]) {
      expect(decodeReignFrame(Uint8Array.from(bytes))).toBeUndefined()
    }
    expect(decodeReignFrame(long)).toBeUndefined()
  })
})
