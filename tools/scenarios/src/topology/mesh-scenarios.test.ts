import { assertPeerId, randomPeerId } from '@pigeon/xor'
import { describe, expect, test } from 'vitest'
import { components } from './measures.ts'
import { symmetricNat, unlinkablePairs } from './reach.ts'
import { buildTrial, joinAll, ROUGH_NETWORK, sendDirect, watch } from './trial.ts'
import { healByHub, healByOneLink, twoRings } from './two-rings.ts'

const SEEDS = [1, 2]

test('40 peers that join within 5 s at 3 links each become one network and one ring', () => {
  for (const seed of SEEDS) {
    const built = buildTrial({ seed, peers: 40, maxPeers: 3 })
    const starts = built.simulation.random('join')
    for (const peer of built.peers) {
      built.simulation.clock.after(starts.fraction() * 5000, () => peer.start())
    }
    built.simulation.runFor(5000)
    const { oneComponentMs, wholeRingMs } = watch(built, 30_000)
    expect(oneComponentMs, `seed ${seed}`).toBeLessThanOrEqual(5000)
    expect(wholeRingMs, `seed ${seed}`).toBeLessThanOrEqual(10_000)
    expect(sendDirect(built, 100).delivered, `seed ${seed}`).toBe(100)
  }
}, 300_000)

describe('two rings of 50 that never heard of each other', () => {
  test.each([
    ['one link, without a hub', healByOneLink],
    ['a hub only', healByHub],
  ])(
    'become one within 20 s by %s',
    (_name, heal) => {
      for (const seed of SEEDS) {
        const built = twoRings({ half: 50, maxPeers: 8, seed })
        heal(built)
        const { wholeRingMs } = watch(built, 30_000)
        expect(wholeRingMs, `seed ${seed}`).toBeLessThanOrEqual(20_000)
      }
    },
    400_000,
  )
})

describe('peers that cannot all link', () => {
  test.each([
    ['a tenth of the pairs', 3, unlinkablePairs, 0.1],
    ['a tenth of the pairs', 8, unlinkablePairs, 0.1],
    ['a quarter of the pairs', 3, unlinkablePairs, 0.25],
    ['a quarter of the pairs', 8, unlinkablePairs, 0.25],
    ['30 % behind symmetric NAT', 3, symmetricNat, 0.3],
    ['30 % behind symmetric NAT', 8, symmetricNat, 0.3],
  ])(
    '%s, %i links: one network, and every direct message arrives',
    (_name, maxPeers, makeCanLink, share) => {
      for (const seed of SEEDS) {
        const network = { ...ROUGH_NETWORK, canLink: makeCanLink(seed, share) }
        const built = buildTrial({ seed, peers: 40, maxPeers, network })
        joinAll(built, 'burst')
        built.simulation.runFor(90_000)
        expect(components(built.running()), `seed ${seed}`).toEqual([40])
        expect(sendDirect(built, 100).delivered, `seed ${seed}`).toBe(100)
      }
    },
    300_000,
  )
})

test('16 ids ground around a victim, all of which want its links: it keeps honest ones', () => {
  for (const seed of SEEDS) {
    const victim = 60
    let id = ''
    const built = buildTrial({
      seed,
      peers: 77,
      maxPeers: 8,
      id: (index, random) => {
        if (index < victim) return randomPeerId(random)
        if (index === victim) id = randomPeerId(random)
        // The first 140 bits are the victim's; eight are just below it, eight just above.
        const last = Number.parseInt(id.slice(35), 16) + (index - victim) * 2 - 17
        return assertPeerId(
          index === victim ? id : id.slice(0, 35) + (last & 0xfffff).toString(16).padStart(5, '0'),
        )
      },
    })
    joinAll(built, 'burst')
    const attackers = new Set(built.peers.slice(victim + 1).map((peer) => peer.id))
    for (let second = 0; second < 120; second++) {
      built.simulation.runFor(1000)
      for (const { mesh } of built.peers.slice(victim + 1)) mesh.connect(assertPeerId(id))
      const links = [...(built.peers[victim]?.mesh.peers ?? [])]
      const honest = links.filter((peer) => !attackers.has(peer))
      if (second > 10) expect(honest.length, `seed ${seed}, ${second} s`).toBeGreaterThan(0)
    }
  }
}, 300_000)
