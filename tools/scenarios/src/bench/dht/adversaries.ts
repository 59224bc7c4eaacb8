import type { PeerId } from '@pigeon/xor'
import { Field } from './field.ts'
import { FORGED, type Habit, HostileTransport } from './hostile.ts'
import { type Section, share } from './section.ts'

const PEERS = 500
const CAP = 12
const RECORDS = 100
const HABITS: readonly Habit[] = ['drops', 'lies', 'forges', 'floods']

/** Ids next to the key, and how near: within this share of the ring. */
const GROUND = 16
const NEAR = 2n ** 160n / 10_000_000n

interface Measured {
  readonly stored: number
  readonly found: number
  readonly forged: number
  readonly records: number
}

/** @param isHostile whether a peer does not keep the rules, and its id if it chose one */
function measure(
  seed: number,
  records: number,
  isHostile: (peer: number) => boolean,
  ids: (peer: number) => PeerId | undefined,
): Measured {
  const known = new Map<string, Uint8Array>()
  const field = new Field({
    seed,
    peers: PEERS,
    cap: CAP,
    ids,
    dht: () => ({ paths: 3 }),
    disguise: (transport, peer, host) =>
      isHostile(peer)
        ? new HostileTransport(transport, HABITS[peer % HABITS.length] as Habit, host, known)
        : transport,
  })
  const isHonest = (peer: number) => !isHostile(peer)
  const { signer } = field.peer(OWNER)
  const target = (index: number) =>
    ({ kind: 'signed', key: signer.key, salt: Uint8Array.of(index) }) as const
  const stored = field.all<boolean>(records, 50, (index, done) => {
    const value = Uint8Array.of(index, 0)
    const draft = { kind: 'signed', salt: Uint8Array.of(index), value } as const
    field.put(OWNER, draft, { seq: 1 }, done)
  })
  // Replicas compare once a minute.
  field.simulation.runFor(90_000)
  for (let index = 0; index < records; index++) {
    const address = field.peer(OWNER).dht.addressOf(target(index))
    const holder = field.living().find((peer) => field.peer(peer).dht.peek(address) !== undefined)
    const record = holder === undefined ? undefined : field.peer(holder).dht.peek(address)
    if (record !== undefined) known.set(address, record.bytes)
  }
  let forged = 0
  const found = field.all<boolean>(3 * RECORDS, 20, (count, done) => {
    const index = count % records
    field.get(field.anyone(isHonest), target(index), (got) => {
      const value = got.ok ? got.value.record?.value : undefined
      if (value?.at(-1) === FORGED) forged++
      done(value?.[0] === index && value.at(-1) !== FORGED)
    })
  })
  const most = Math.max(...field.living().map((peer) => field.peer(peer).dht.stats.records))
  return { stored: share(stored), found: share(found), forged, records: most }
}

/** The one that puts, which keeps the rules. */
const OWNER = 450

function rows(name: string, all: readonly Measured[]) {
  const least = (pick: (one: Measured) => number) => Math.min(...all.map(pick))
  return [
    {
      metric: `${name}: gets that found, three paths`,
      ours: least(({ found }) => found),
      unit: '',
      goal: { atLeast: 0.99 },
    },
    { metric: '... puts stored', ours: least(({ stored }) => stored), unit: '' },
    {
      metric: '... forged records accepted',
      ours: Math.max(...all.map(({ forged }) => forged)),
      unit: '',
      goal: { atMost: 0 },
    },
    {
      metric: '... records that one peer holds, most',
      ours: Math.max(...all.map(({ records }) => records)),
      unit: '',
    },
  ]
}

/** Peers that drop, lie, forge and flood: a fifth of all, then sixteen next to one key. */
export const adversaries: Section = ({ seeds }) => {
  const random = seeds.map((seed) =>
    measure(
      seed,
      RECORDS,
      (peer) => peer < PEERS / 5,
      () => undefined,
    ),
  )
  const ground = seeds.map((seed) => {
    // The owner's key depends on the seed alone, so those that grind know it beforehand.
    const scout = new Field({ seed, peers: OWNER + 1, cap: 3 })
    const { signer, dht } = scout.peer(OWNER)
    const address = dht.addressOf({ kind: 'signed', key: signer.key, salt: Uint8Array.of(0) })
    const place = BigInt(`0x${address.slice(2, 42)}`)
    const near = (peer: number) => {
      const offset = BigInt(peer - GROUND / 2) * (NEAR / BigInt(GROUND)) + 1n
      return ((place + offset + 2n ** 160n) % 2n ** 160n).toString(16).padStart(40, '0') as PeerId
    }
    return measure(
      seed,
      1,
      (peer) => peer < GROUND,
      (peer) => (peer < GROUND ? near(peer) : undefined),
    )
  })
  return [
    ...rows('N = 500, 20 % hostile', random),
    ...rows(`N = 500, ${GROUND} hostile ids next to the key`, ground),
  ]
}
