import type { GossipStats } from '@pigeon/gossip'
import type { PeerId } from '@pigeon/xor'
import { Field } from './field.ts'
import { HostileTransport, ROLES, type Role } from './hostile.ts'
import { judge, percentile } from './measure.ts'
import { type Section, worst } from './section.ts'

const PEERS = 150

/** One in five does not keep the rules. */
const HOSTILE_EVERY = 5

/** Honest links that each honest peer has at least. */
const HONEST_DEGREE = 8

/** Small enough that a flood reaches them. */
const LIMITS = {
  seenLimit: 2048,
  replayMessages: 1024,
  missingLimit: 256,
  pendingLimit: 256,
  backlogLimit: 256,
  authorLimit: 512,
  authorRate: 5,
} as const

const isHostile = (peer: number) => peer % HOSTILE_EVERY === 0

const roleOf = (peer: number): Role =>
  ROLES[Math.floor(peer / HOSTILE_EVERY) % ROLES.length] as Role

/** A proof that only its author can make here: nothing else calls this with its id. */
function proofOf(author: PeerId, bytes: Uint8Array): Uint8Array {
  let hash = Number.parseInt(author.slice(0, 8), 16) | 0
  for (const byte of bytes) hash = Math.imul(hash ^ byte, 0x01000193)
  return Uint8Array.of(hash, hash >> 8, hash >> 16, hash >> 24)
}

function isWithin(stats: GossipStats, links: number): boolean {
  return (
    stats.seen <= LIMITS.seenLimit &&
    stats.kept <= LIMITS.replayMessages &&
    stats.missing <= LIMITS.missingLimit * links &&
    stats.pending <= LIMITS.pendingLimit &&
    stats.authors <= LIMITS.authorLimit
  )
}

function run(seed: number) {
  const field: Field = new Field({
    seed,
    peers: PEERS,
    degree: 12,
    gossip: (peer) => {
      const sign = (bytes: Uint8Array) => proofOf(field.peers[peer]?.id as PeerId, bytes)
      const verify = (bytes: Uint8Array, proof: Uint8Array, author: PeerId) =>
        proofOf(author, bytes).join() === proof.join()
      return { ...LIMITS, sign, verify }
    },
    disguise: (transport, peer, host) => {
      if (!isHostile(peer)) return transport
      const { clock, random } = host
      const sign = (bytes: Uint8Array) => proofOf(host.id, bytes)
      const victims = () => honest.map((one) => field.peer(one).id)
      return new HostileTransport({ transport, clock, random, role: roleOf(peer), sign, victims })
    },
  })
  const honest = field.living().filter((peer) => !isHostile(peer))
  for (const peer of honest) {
    const honestLinks = () => field.livingNeighbours(peer).filter((other) => !isHostile(other))
    while (honestLinks().length < HONEST_DEGREE) {
      const other = honest[field.random.below(honest.length)] as number
      if (other !== peer) field.connect(peer, other)
    }
  }
  const known = new Set<string>()
  const honestIds = new Set(honest.map((peer) => field.peer(peer).id))
  let forged = 0
  for (const peer of honest) {
    field.peer(peer).gossip.on('message', ({ author, id }) => {
      if (honestIds.has(author) && !known.has(id)) forged++
    })
  }
  let within = true
  const publish = (count: number) =>
    Array.from({ length: count }, () => {
      const author = honest[field.random.below(honest.length)] as number
      const sent = field.publish(author, 256)
      known.add(sent.id)
      for (const peer of sent.audience.keys())
        if (isHostile(peer)) sent.flood[peer] = Number.POSITIVE_INFINITY
      field.simulation.runFor(500)
      for (const one of honest) {
        within &&= isWithin(field.peer(one).gossip.stats, field.neighbours[one]?.size ?? 0)
      }
      return sent
    })
  field.simulation.runFor(1000)
  const messages = publish(120)
  field.simulation.runFor(30_000)
  const { due, delivered, p99, flood99 } = judge(field, messages)
  const times = messages.flatMap(({ arrivals }) => honest.map((peer) => arrivals[peer] as number))
  return {
    missed: due - delivered,
    forged,
    doubles: field.doubles,
    outside: within ? 0 : 1,
    p99: p99 / flood99,
    max: percentile(
      times.filter((ms) => !Number.isNaN(ms)),
      1,
    ),
  }
}

/** One in five forges, replays, floods, withholds or lies; the others keep hearing each other. */
export const adversaries: Section = ({ seeds }) => {
  const runs = seeds.map(run)
  const of = (key: keyof ReturnType<typeof run>) => worst(runs.map((one) => one[key]))
  return [
    {
      metric: '20 % adversaries of 9 sorts, 8 honest links: missed by honest peers',
      ours: of('missed'),
      unit: '',
      goal: { atMost: 0 },
    },
    { metric: '... forged messages delivered', ours: of('forged'), unit: '', goal: { atMost: 0 } },
    { metric: '... twice', ours: of('doubles'), unit: '', goal: { atMost: 0 } },
    {
      metric: '... runs that held more than the limits',
      ours: of('outside'),
      unit: '',
      goal: { atMost: 0 },
    },
    { metric: '... p99, flooding = 1', ours: of('p99'), unit: 'x' },
    { metric: '... max', ours: of('max'), unit: 'ms' },
  ]
}
