import { randomInt } from 'node:crypto'
import { setTimeout as sleep } from 'node:timers/promises'
import { Child } from './child.ts'
import type { HubCommands } from './hub-process.ts'
import type { Glance, PeerCommands, PeerReport } from './peer-process.ts'
import type { Programs } from './programs.ts'
import type { System } from './systems.ts'
import { components, type JoinTime, joinTimes } from './timeline.ts'

/** Between two joins, ms. */
const JOIN_EVERY_MS = 200

/** The network is settled when it is one and no link changed for so long, ms … */
const CALM_MS = 3000

/** … or when so much time has passed since the last join, ms. */
const SETTLE_MAX_MS = 45_000

/** How often the peers are asked what they have, ms. */
const LOOK_EVERY_MS = 500

const BROADCASTS_EACH = 2
const BROADCAST_EVERY_MS = 50
const DIRECT_MESSAGES = 100
const DIRECT_EVERY_MS = 20

/** Messages are lost once none has come for so long, ms. */
const QUIET_MS = 5000

/** Between the last message and the idle minute, ms. */
const PAUSE_MS = 3000

/** What to measure. */
export interface Setting {
  readonly system: System
  readonly peers: number
  readonly maxPeers: number
  /** How long the hub's messages are counted while nothing happens, ms. */
  readonly idleMs: number
}

/** What came of it. */
export interface Measured {
  /** Sizes of the parts once it had settled, largest first. */
  readonly components: readonly number[]
  /** Of all (broadcast, other peer) the share that met, 0 to 1. */
  readonly broadcasts: number
  /** Of the direct messages, 0 to 1. */
  readonly direct: number
  /** Why others were lost, as far as their senders were told. */
  readonly failures: readonly string[]
  readonly joins: readonly JoinTime[]
  /** Messages the hub received and sent until the network had settled, for each peer. */
  readonly hubMessagesPerJoin: number
  /** The same while idle, for each peer and minute. */
  readonly idleHubMessages: number
  /** WebRTC connections each peer made. */
  readonly connections: readonly number[]
  /** Memory of each peer's process at the end, bytes, and how much of it JavaScript's objects are. */
  readonly rss: readonly number[]
  readonly heap: readonly number[]
  /** Processes that ended by themselves. */
  readonly crashed: number
}

type Peer = Child<PeerCommands>

/** Starts a hub and peers in processes of their own, lets them talk, and ends them. */
export async function measure(programs: Programs, setting: Setting): Promise<Measured> {
  const { system, peers: count } = setting
  const hub = new Child<HubCommands>(programs.hub, [system])
  const peers = Array.from(
    { length: count },
    () => new Child<PeerCommands>(programs.peer, [system]),
  )
  try {
    return await run(hub, peers, setting)
  } finally {
    await Promise.all([hub, ...peers].map((child) => child.end()))
  }
}

async function run(
  hub: Child<HubCommands>,
  peers: readonly Peer[],
  { maxPeers, idleMs }: Setting,
): Promise<Measured> {
  const url = await hub.call('start')
  await Promise.all(peers.map((peer) => peer.call('prepare', url, maxPeers)))
  for (const peer of peers) {
    tell(peer, 'join')
    await sleep(JOIN_EVERY_MS)
  }
  const settled = await settle(peers)
  const joins = (await reports(peers)).map((report) => ({ ...report, id: report.id ?? '' }))
  const joinMessages = await hub.call('messages')

  const broadcasts = await broadcastAll(peers)
  const direct = await sendDirect(peers)
  await sleep(PAUSE_MS)
  const before = await hub.call('messages')
  await sleep(idleMs)
  const idleMessages = (await hub.call('messages')) - before

  const last = await reports(peers)
  return {
    components: components(linkSets(settled)).map((part) => part.length),
    broadcasts,
    direct,
    failures: last.flatMap((report) => report.failures),
    joins: joinTimes(joins),
    hubMessagesPerJoin: joinMessages / peers.length,
    idleHubMessages: idleMessages / peers.length / (idleMs / 60_000),
    connections: last.map(({ connections }) => connections),
    rss: last.map(({ rss }) => rss),
    heap: last.map(({ heap }) => heap),
    crashed: peers.filter(({ running }) => !running).length,
  }
}

/** Of those that still run. */
async function answers<T>(asked: readonly Promise<T>[]): Promise<T[]> {
  const settled = await Promise.allSettled(asked)
  return settled.flatMap((answer) => (answer.status === 'fulfilled' ? [answer.value] : []))
}

function reports(peers: readonly Peer[]): Promise<PeerReport[]> {
  return answers(peers.map((peer) => peer.call('report')))
}

function glances(peers: readonly Peer[]): Promise<Glance[]> {
  return answers(peers.map((peer) => peer.call('glance')))
}

function linkSets(all: readonly Glance[]): Map<string, Set<string>> {
  return new Map(all.map(({ id, links }, index) => [id ?? `nobody ${index}`, new Set(links)]))
}

/** @returns how the peers stood when the network was calm, or the time was up */
async function settle(peers: readonly Peer[]): Promise<Glance[]> {
  const deadline = Date.now() + SETTLE_MAX_MS
  for (;;) {
    const all = await glances(peers)
    const lastChange = Math.max(0, ...all.map(({ changedAt }) => changedAt))
    const isCalm = Date.now() - lastChange >= CALM_MS
    const isOne = all.length === peers.length && components(linkSets(all)).length === 1
    if ((isCalm && isOne) || Date.now() > deadline) return all
    await sleep(LOOK_EVERY_MS)
  }
}

async function receivedBy(peers: readonly Peer[]): Promise<number> {
  return (await glances(peers)).reduce((sum, { received }) => sum + received, 0)
}

/**
 * Lets peers send, and waits until `wanted` messages have come to peers, or no more do.
 * @returns the share that came
 */
async function delivered(
  peers: readonly Peer[],
  wanted: number,
  send: () => Promise<void>,
): Promise<number> {
  const before = await receivedBy(peers)
  await send()
  let best = 0
  let deadline = Date.now() + QUIET_MS
  for (;;) {
    const count = (await receivedBy(peers)) - before
    if (count > best) deadline = Date.now() + QUIET_MS
    best = Math.max(best, count)
    if (best >= wanted || Date.now() > deadline) return best / wanted
    await sleep(LOOK_EVERY_MS)
  }
}

/**
 * Does not wait for a peer that is busy, so that messages keep their rhythm. One that crashed says
 * nothing: it is counted at the end.
 */
function tell<N extends keyof PeerCommands>(
  peer: Peer | undefined,
  command: N,
  ...args: Parameters<PeerCommands[N]>
): void {
  void peer?.call(command, ...args).catch(() => {})
}

function broadcastAll(peers: readonly Peer[]): Promise<number> {
  const count = BROADCASTS_EACH * peers.length
  return delivered(peers, count * (peers.length - 1), async () => {
    for (let number = 0; number < count; number++) {
      tell(peers[number % peers.length], 'broadcast', `broadcast ${number}`)
      await sleep(BROADCAST_EVERY_MS)
    }
  })
}

/** Between random pairs. */
async function sendDirect(peers: readonly Peer[]): Promise<number> {
  const ids = (await glances(peers)).map(({ id }) => id)
  const senders = peers.filter(({ running }) => running)
  return await delivered(peers, DIRECT_MESSAGES, async () => {
    for (let number = 0; number < DIRECT_MESSAGES; number++) {
      const from = randomInt(ids.length)
      const to = (from + 1 + randomInt(ids.length - 1)) % ids.length
      tell(senders[from], 'direct', ids[to] ?? '', `direct ${number}`)
      await sleep(DIRECT_EVERY_MS)
    }
  })
}
