// The closest 20 of many ids: ClosestIndex against k-bucket and against sorting BigInts.

import { Simulation } from '@pigeon/simulator'
import { ClosestIndex, type PeerId, randomPeerId } from '@pigeon/xor'
import KBucket from 'k-bucket'
import { type BenchRow, report } from './table.ts'

const K = 20
const GOAL_US = 3

/** The lowest mean of five rounds, µs: the others were disturbed. */
function timeUs(
  queries: readonly PeerId[],
  rounds: number,
  query: (target: PeerId) => unknown,
): number {
  const means: number[] = []
  for (let batch = 0; batch < 6; batch++) {
    const started = performance.now()
    for (let round = 0; round < rounds; round++) query(queries[round % queries.length] as PeerId)
    means.push(((performance.now() - started) * 1000) / rounds)
  }
  return Math.min(...means.slice(1))
}

function sortBigInts(ids: readonly bigint[], target: PeerId): bigint[] {
  const to = BigInt(`0x${target}`)
  const distances = ids.map((id) => id ^ to)
  return distances.sort((a, b) => (a < b ? -1 : a > b ? 1 : 0)).slice(0, K)
}

const random = new Simulation({ seed: 1 }).random('closest')
const rows: BenchRow[] = []
for (const size of [1000, 10_000, 100_000]) {
  const ids = Array.from({ length: size }, () => randomPeerId(random))
  const targets = Array.from({ length: 1000 }, () => randomPeerId(random))
  const index = new ClosestIndex(ids)
  const bucket = new KBucket({
    localNodeId: Buffer.from(randomPeerId(random), 'hex'),
    numberOfNodesPerKBucket: K,
  })
  for (const id of ids) bucket.add({ id: Buffer.from(id, 'hex'), vectorClock: 0 })
  const bigints = ids.map((id) => BigInt(`0x${id}`))
  const buffers = new Map(targets.map((id) => [id, Buffer.from(id, 'hex')]))

  const first = targets[0] as PeerId
  const wanted = sortBigInts(bigints, first).map((distance) => distance ^ BigInt(`0x${first}`))
  const found = index.closest(first, K).map((id) => BigInt(`0x${id}`))
  if (wanted.some((id, at) => id !== found[at])) throw new Error(`wrong at ${size} ids`)

  const ours = timeUs(targets, 20_000, (target) => index.closest(target, K))
  const theirs = timeUs(targets, 2000, (target) => bucket.closest(buffers.get(target) as Buffer, K))
  const sorted = timeUs(targets, size > 10_000 ? 2 : 20, (target) => sortBigInts(bigints, target))
  const goal = size === 100_000 ? { goal: { atMost: GOAL_US } } : {}
  const kept = bucket.count()
  const metric = `closest ${K} of ${size.toLocaleString('en-US')}`
  rows.push(
    { metric, ours, peer: theirs, peerName: `k-bucket, keeps ${kept}`, unit: 'us', ...goal },
    { metric, ours, peer: sorted, peerName: 'BigInt sort', unit: 'us' },
  )
}
report(rows)
