import { Simulation } from '@pigeon/simulator'
import type { PeerId } from '@pigeon/xor'
import { buildPeerPigeonNetwork, type PeerPigeonNetwork } from '../../peerpigeon-rule/network.ts'
import { ROUGH_NETWORK } from '../../topology/trial.ts'
import type { TrialOptions } from './trial.ts'

/** What PeerPigeon's rule made of the same network. */
export interface PeerResult {
  readonly components: number
  readonly directShare: number
  readonly componentsAfterDeaths: number
}

/** The same joins and deaths with PeerPigeon's rule. */
export function runPeerTrial({ peers, maxPeers, seed, pattern }: TrialOptions): PeerResult {
  const simulation = new Simulation({ seed })
  const built = buildPeerPigeonNetwork(simulation, { peers, maxPeers, network: ROUGH_NETWORK })
  const starts = simulation.random('join')
  for (let index = 0; index < peers; index++) {
    const atMs = pattern === 'burst' ? starts.fraction() * 1000 : index * 200
    simulation.clock.after(atMs, () => built.start(index))
  }
  simulation.runFor((pattern === 'burst' ? 1000 : peers * 200) + 30_000)
  const components = countParts(built)
  const directShare = built.directShare(100)
  const dying = simulation.random('kill').shuffled(built.running())
  for (const index of dying.slice(0, Math.round(peers * 0.3))) built.kill(index)
  simulation.runFor(30_000)
  return { components, directShare, componentsAfterDeaths: countParts(built) }
}

/** Parts that links hold together which both sides have. */
function countParts({ ids, running, links }: PeerPigeonNetwork): number {
  const indexes = new Map<PeerId, number>(running().map((index) => [ids[index] as PeerId, index]))
  const left = new Set(indexes.values())
  let parts = 0
  for (const start of indexes.values()) {
    if (!left.delete(start)) continue
    parts++
    const queue = [start]
    for (let at = queue.pop(); at !== undefined; at = queue.pop()) {
      for (const id of links(at)) {
        const next = indexes.get(id)
        if (next === undefined || !left.has(next) || !links(next).has(ids[at] as PeerId)) continue
        left.delete(next)
        queue.push(next)
      }
    }
  }
  return parts
}
