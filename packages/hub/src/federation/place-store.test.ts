import { ManualClock, seededRandom } from '@pigeon/transport/testing'
import { type PeerId, peerIdFromName, randomPeerId } from '@pigeon/xor'
import { describe, expect, test } from 'vitest'
import type { Claim } from './claim.ts'
import { PlaceStore, type PlaceStoreOptions } from './place-store.ts'
import { depthFor, nextPrefix } from './places.ts'

const AT = { network: 'net', prefix: '' }
const [X, Y] = ['hub x', 'hub y'].map(peerIdFromName) as [PeerId, PeerId]

function setUp(options: Partial<PlaceStoreOptions> = {}) {
  const clock = new ManualClock(1_000_000)
  const gone = new Set<PeerId>()
  const store = new PlaceStore({ clock, isReachable: (hub) => !gone.has(hub), ...options })
  const versions = new Map<PeerId, number>()
  const random = seededRandom(1)
  const add = (home: PeerId, id: PeerId = randomPeerId(random), counter = 1, isProven = false) => {
    const previous = versions.get(home) ?? 0
    versions.set(home, previous + 1)
    const claim: Claim = { id, counter, evidence: undefined }
    const change = { incarnation: 7, previous, version: previous + 1, claim, isProven }
    return store.change(home, AT, { ...change, isGone: false })
  }
  return { clock, gone, store, add, versions }
}

describe('places that hubs keep for all', () => {
  test('of two claims to one id the proven one counts, then the later one', () => {
    const { store, add } = setUp()
    const id = peerIdFromName('member')
    add(X, id, 5)
    add(Y, id, 6)
    expect(store.find('net', '', id)?.home).toBe(Y)
    add(X, id, 4, true)
    expect(store.find('net', '', id)?.home).toBe(X)
  })

  test('claims of a hub out of reach are hidden, and come back with it', () => {
    const { clock, gone, store, add } = setUp()
    const id = peerIdFromName('member')
    add(X, id)
    gone.add(X)
    store.look()
    expect(store.find('net', '', id)).toBeUndefined()
    clock.advance(20_000)
    store.expire()
    gone.delete(X)
    store.look()
    expect(store.find('net', '', id)?.home).toBe(X)
    gone.add(X)
    store.look()
    clock.advance(60_000)
    store.expire()
    expect(store.size).toBe(0)
  })

  test('claims that nobody confirms end with their lease', () => {
    const { clock, store, add, versions } = setUp()
    add(X)
    clock.advance(10_000)
    const digest = { a: 0, b: 0 }
    const said = { incarnation: 7, version: versions.get(X) as number, digest, total: 1 }
    // A sum that differs confirms nothing.
    expect(store.confirm(X, AT, said)).toBe(false)
    clock.advance(6000)
    store.expire()
    expect(store.size).toBe(0)
  })

  test('a change that was missed is noticed', () => {
    const { add, versions } = setUp()
    expect(add(X)).toBe('ok')
    versions.set(X, 5)
    expect(add(X)).toBe('stale')
  })

  test('one hub cannot fill the store, nor all of them beyond its limit', () => {
    const { store, add } = setUp({ maxClaimsPerHub: 10, maxClaims: 15 })
    for (let count = 0; count < 20; count++) add(X)
    expect(store.size).toBe(10)
    for (let count = 0; count < 20; count++) add(Y)
    expect(store.size).toBe(15)
  })

  test('large networks are divided, and joined again only when they are clearly smaller', () => {
    expect([0, 1000, 1001, 16_000, 16_001].map((members) => depthFor(members, 0))).toEqual([
      0, 0, 1, 1, 2,
    ])
    expect([1000, 501, 500].map((members) => depthFor(members, 1))).toEqual([1, 1, 0])
    expect([nextPrefix('f', 1), nextPrefix('0', -1), nextPrefix('0f', 1)]).toEqual(['0', 'f', '10'])
  })
})
