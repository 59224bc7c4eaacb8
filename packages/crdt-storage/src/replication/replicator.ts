import { Emitter, TokenBucket, type Unsubscribe } from '@pigeon/transport'
import type { PeerId } from '@pigeon/xor'
import { SpaceError } from '../errors.ts'
import type { Space } from '../space/space.ts'
import { encodeFrame, type Frame, readFrame, topicOf } from './frames.ts'
import {
  type Broadcast,
  type ReplicatorOptions,
  type ReplicatorSettings,
  replicatorSettings,
} from './options.ts'
import { Sender } from './sender.ts'
import { Session } from './session.ts'

/** Bad frames of one neighbour after which it is not listened to. */
const BAD_MAX = 8

/** How long a neighbour that sent bad frames is not listened to, ms. */
const SHUN_MS = 60_000

/** Frames of one neighbour that are being checked; more are dropped, and come with the next comparison. */
const OPEN_MAX = 1024

/** What happens on a {@link Replicator}. */
export interface ReplicatorEvents {
  /** A neighbour sent what makes no sense or is signed by nobody. */
  rejected: (from: PeerId) => void
  /** Something about now, which is kept nowhere; from anybody, and not checked. */
  whisper: (space: Space, bytes: Uint8Array, from: PeerId) => void
  /** A neighbour did so often that it is ignored for a minute. */
  shunned: (from: PeerId) => void
}

/** What is known of one neighbour. */
interface Peer {
  readonly rate: TokenBucket
  bad: number
  shunnedUntil: number
  open: number
}

/**
 * Brings spaces to equal content: new entries go to everybody by gossip, or from neighbour to
 * neighbour; who missed some compares what it has with a neighbour's, on each new link and now and
 * then.
 *
 * Nobody needs a role or a key to replicate a space: entries prove themselves.
 */
export class Replicator {
  readonly #settings: ReplicatorSettings
  readonly #gossip: Broadcast | undefined
  readonly #sender: Sender
  readonly #sessions = new Map<string, Session>()
  readonly #peers = new Map<PeerId, Peer>()
  readonly #asked = new Map<string, (genesis: Uint8Array) => void>()
  readonly #events = new Emitter<ReplicatorEvents>()
  readonly #off: Unsubscribe[]
  #cancel: () => void = () => {}
  #rejected = 0

  constructor(options: ReplicatorOptions) {
    this.#settings = replicatorSettings(options)
    this.#gossip = options.gossip
    const { transport } = this.#settings
    this.#sender = new Sender(transport)
    this.#off = [
      transport.on('up', (peer) => this.#up(peer)),
      transport.on('down', (peer) => this.#down(peer)),
      transport.on('frame', (from, bytes) => this.#frame(from, bytes)),
      transport.on('drain', (peer) => this.#sender.drain(peer)),
    ]
    if (options.gossip !== undefined) {
      this.#off.push(options.gossip.on('message', (message) => this.#heard(message)))
    }
    for (const peer of transport.neighbours) this.#up(peer)
    this.#planComparison()
  }

  on<E extends keyof ReplicatorEvents>(event: E, listener: ReplicatorEvents[E]): Unsubscribe {
    return this.#events.on(event, listener)
  }

  /** Frames that made no sense. */
  get rejected(): number {
    return this.#rejected
  }

  /**
   * Replicates a space from now on.
   * @returns ends it
   * @throws SpaceError `EXISTS`, `FULL`
   */
  add(space: Space): Unsubscribe {
    const session = new Session(space, this.#sender, this.#settings.clock)
    const { topic } = session
    if (this.#sessions.has(topic)) throw new SpaceError('EXISTS', `space ${space.id} is here`)
    if (this.#sessions.size >= this.#settings.maxSpaces) {
      throw new SpaceError('FULL', `${this.#settings.maxSpaces} spaces at most`)
    }
    this.#sessions.set(topic, session)
    const off = [
      space.on('entries', (runs, source) => this.#tell(session, runs, source)),
      space.on('keyMissing', () => session.askKeys()),
    ]
    for (const peer of this.#settings.transport.neighbours) session.hello(peer)
    return () => {
      for (const each of off) each()
      session.close()
      if (this.#sessions.get(topic) === session) this.#sessions.delete(topic)
    }
  }

  /**
   * Asks neighbours for the first entry of a space.
   * @param space its id; whoever answers must have what it is the hash of, `Space.join` checks
   * @throws SpaceError `UNKNOWN` if nobody answers in time
   */
  findGenesis(space: string, timeoutMs = 10_000): Promise<Uint8Array> {
    const topic = topicOf(space)
    const { transport, clock } = this.#settings
    return new Promise((resolve, reject) => {
      const cancel = clock.after(timeoutMs, () => {
        this.#asked.delete(topic)
        reject(new SpaceError('UNKNOWN', `no neighbour has space ${space}`))
      })
      this.#asked.set(topic, (genesis) => {
        cancel()
        this.#asked.delete(topic)
        resolve(genesis)
      })
      for (const peer of transport.neighbours) this.#ask(peer, topic)
    })
  }

  /** Tells neighbours that share a space something that is kept nowhere. */
  whisper(space: Space, bytes: Uint8Array, except?: string): void {
    this.#sessions.get(topicOf(space.id))?.whisper(bytes, except)
  }

  /**
   * Waits until a space has all that a neighbour had.
   * @returns false if no neighbour said so in time
   */
  caughtUp(space: Space, timeoutMs = 10_000): Promise<boolean> {
    const session = this.#sessions.get(topicOf(space.id))
    return new Promise((resolve) => {
      if (session === undefined) return resolve(false)
      const off = session.onceEven(() => {
        cancel()
        resolve(true)
      })
      const cancel = this.#settings.clock.after(timeoutMs, () => {
        off()
        resolve(false)
      })
    })
  }

  /** Ends replication; the spaces stay open. */
  close(): void {
    this.#cancel()
    for (const off of this.#off) off()
    for (const session of this.#sessions.values()) session.close()
    this.#sessions.clear()
    this.#events.clear()
  }

  #tell(session: Session, runs: readonly Uint8Array[], source: string): void {
    if (this.#gossip === undefined) session.tell(runs, source)
    else if (source === '') {
      for (const run of runs) this.#gossip.publish(gossipTopic(session.topic), run)
    }
  }

  #heard({ topic, from, payload }: { topic: string; from: string; payload: Uint8Array }): void {
    const session = this.#sessions.get(topic.slice(gossipTopic('').length))
    if (session === undefined || topic !== gossipTopic(session.topic)) return
    const { space } = session
    space.receive(payload, from).then((receipt) => {
      if (receipt === 'parked')
        for (const peer of session.neighbours.slice(0, 2)) session.hello(peer)
    }, ignore)
  }

  #up(peer: PeerId): void {
    const { clock, neighbourRate, transport } = this.#settings
    const rate = new TokenBucket(neighbourRate, 4 * neighbourRate, clock.now())
    this.#peers.set(peer, { rate, bad: 0, shunnedUntil: 0, open: 0 })
    for (const topic of this.#asked.keys()) this.#ask(peer, topic)
    // One side begins; the other answers if there is a difference.
    if (transport.self < peer) for (const session of this.#sessions.values()) session.hello(peer)
  }

  #down(peer: PeerId): void {
    this.#peers.delete(peer)
    this.#sender.forget(peer)
    for (const session of this.#sessions.values()) session.forget(peer)
  }

  #frame(from: PeerId, bytes: Uint8Array): void {
    const peer = this.#peers.get(from)
    const now = this.#settings.clock.now()
    if (peer === undefined || now < peer.shunnedUntil) return
    let frame: Frame
    try {
      frame = readFrame(bytes)
    } catch {
      this.#blame(from, peer)
      return
    }
    if (frame.type === 'genesis') this.#asked.get(frame.topic)?.(frame.genesis)
    const session = this.#sessions.get(frame.topic)
    const isCheap = frame.type === 'run' || frame.type === 'done'
    if (session === undefined || (!isCheap && !peer.rate.take(1, now))) return
    if (frame.type === 'presence') this.#events.emit('whisper', session.space, frame.bytes, from)
    if (peer.open >= OPEN_MAX) return
    peer.open++
    session
      .take(from, frame)
      .then((isGood) => {
        if (!isGood) this.#blame(from, peer)
      }, ignore)
      .finally(() => {
        peer.open--
      })
  }

  #blame(from: PeerId, peer: Peer): void {
    this.#rejected++
    peer.bad++
    this.#events.emit('rejected', from)
    if (peer.bad < BAD_MAX) return
    peer.bad = 0
    peer.shunnedUntil = this.#settings.clock.now() + SHUN_MS
    this.#events.emit('shunned', from)
  }

  #ask(peer: PeerId, topic: string): void {
    this.#sender.send(peer, encodeFrame({ type: 'ask-genesis', topic }))
  }

  #planComparison(): void {
    const { clock, random, compareMs, transport } = this.#settings
    const [jitter = 0, choice = 0] = random.fill(new Uint8Array(2))
    this.#cancel = clock.after(compareMs * (0.75 + jitter / 512), () => {
      const peers = [...transport.neighbours]
      const peer = peers[choice % Math.max(1, peers.length)]
      if (peer !== undefined) for (const session of this.#sessions.values()) session.hello(peer)
      this.#planComparison()
    })
  }
}

function gossipTopic(topic: string): string {
  return `pigeon/space/${topic}`
}

function ignore(): void {}
