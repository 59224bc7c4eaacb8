import type { Clock } from '@pigeon/transport'
import type { PeerId } from '@pigeon/xor'
import { MAX_EPOCHS } from '../entry/limits.ts'
import { encodeRun } from '../entry/run.ts'
import type { Space } from '../space/space.ts'
import { ENDS_A_FRAME, type End, encodeFrame, type Frame, topicOf } from './frames.ts'
import { digestOf, endsOf, lackedBy } from './frontier.ts'
import type { Sender } from './sender.ts'

/** How long a replica waits before it asks for what entries named and did not come, ms. */
const ASK_AGAIN_MS = 300

/** Ends one neighbour may name in one comparison. */
const MAX_ENDS = 65_536

/** What a replica shares with one neighbour. */
interface Neighbour {
  readonly ends: End[]
  /** Whether the round under way brought something. */
  learned: boolean
  cancel: (() => void) | undefined
}

/** One space, between this replica and its neighbours. */
export class Session {
  readonly space: Space
  readonly topic: string
  readonly #sender: Sender
  readonly #clock: Clock
  readonly #neighbours = new Map<PeerId, Neighbour>()
  readonly #waiting = new Set<() => void>()
  /** Where in the list of missing keys to go on asking. */
  #askAt = 0

  constructor(space: Space, sender: Sender, clock: Clock) {
    this.space = space
    this.topic = topicOf(space.id)
    this.#sender = sender
    this.#clock = clock
  }

  /** Neighbours that share the space. */
  get neighbours(): PeerId[] {
    return [...this.#neighbours.keys()]
  }

  /** Begins to compare: an equal answer is silence. */
  hello(peer: PeerId): void {
    this.#send(peer, { type: 'hello', digest: digestOf(this.space.log) })
  }

  /** Asks neighbours that share the space for keys. */
  askKeys(peers: readonly PeerId[] = this.neighbours): void {
    const { missingKeys, role, me } = this.space
    if (!missingKeys.length || !role || role === 'relay') return
    // In turn: keys that nobody has any more must not keep others from being asked for.
    const at = this.#askAt % missingKeys.length
    const keyIds = missingKeys.slice(at, at + MAX_EPOCHS)
    this.#askAt = at + keyIds.length
    for (const peer of peers) this.#send(peer, { type: 'ask-keys', who: me, keyIds })
  }

  /** Tells neighbours of new entries. */
  tell(runs: readonly Uint8Array[], source: string): void {
    for (const run of runs) this.#spread({ type: 'run', run }, source)
  }

  /** Tells neighbours something about now. */
  whisper(bytes: Uint8Array, except: string | undefined): void {
    this.#spread({ type: 'presence', bytes }, except)
  }

  /** @returns a promise for what has to be checked, whose frames should be counted as bad if false */
  async take(from: PeerId, frame: Frame): Promise<boolean> {
    const isNew = !this.#neighbours.has(from)
    const neighbour = this.#neighbour(from)
    switch (frame.type) {
      case 'hello':
        if (frame.digest !== digestOf(this.space.log)) this.#tellEnds(from, false)
        else {
          if (isNew) this.hello(from) // so that it knows who shares the space
          this.#isEven()
        }
        this.askKeys([from])
        break
      case 'ends':
        return this.#compare(from, neighbour, frame)
      case 'run':
        return this.#run(from, neighbour, frame.run)
      case 'done':
        await this.space.idle
        this.askKeys([from])
        if (neighbour.learned) this.hello(from)
        neighbour.learned = false
        this.#isEven()
        break
      case 'ask-keys': {
        const envelope = await this.space.shareKeys(frame.who, frame.keyIds)
        if (envelope !== undefined) this.#send(from, { type: 'keys', envelope })
        break
      }
      case 'keys':
        await this.space.receiveKeys(frame.envelope)
        break
      case 'ask-genesis':
        this.#send(from, { type: 'genesis', genesis: this.space.genesis })
    }
    return true
  }

  /** Calls `even` once this replica has all that a neighbour had. */
  onceEven(even: () => void): () => void {
    this.#waiting.add(even)
    return () => this.#waiting.delete(even)
  }

  forget(peer: PeerId): void {
    this.#neighbours.get(peer)?.cancel?.()
    this.#neighbours.delete(peer)
  }

  close(): void {
    for (const peer of this.neighbours) this.forget(peer)
  }

  #isEven(): void {
    const waiting = [...this.#waiting]
    this.#waiting.clear()
    for (const even of waiting) even()
  }

  #neighbour(peer: PeerId): Neighbour {
    const known = this.#neighbours.get(peer)
    const neighbour = known ?? { ends: [], learned: false, cancel: undefined }
    if (!known) this.#neighbours.set(peer, neighbour)
    return neighbour
  }

  #tellEnds(peer: PeerId, isReply: boolean): void {
    const ends = endsOf(this.space.log)
    for (let at = 0; at < ends.length; at += ENDS_A_FRAME) {
      const more = at + ENDS_A_FRAME < ends.length
      const part = ends.slice(at, at + ENDS_A_FRAME)
      this.#send(peer, { type: 'ends', isReply, more, ends: part })
    }
  }

  async #compare(
    from: PeerId,
    neighbour: Neighbour,
    { ends, more, isReply }: Extract<Frame, { type: 'ends' }>,
  ): Promise<boolean> {
    if (neighbour.ends.length + ends.length > MAX_ENDS) {
      neighbour.ends.length = 0
      return false
    }
    neighbour.ends.push(...ends)
    if (more) return true
    const all = neighbour.ends.splice(0)
    await this.space.idle
    const { log } = this.space
    if (!isReply && all.some(({ id }) => !log.knows(id))) this.#tellEnds(from, true)
    this.#sender.stream(from, this.topic, this.#answer(all))
    return true
  }

  *#answer(ends: readonly End[]): Generator<Uint8Array> {
    for (const run of lackedBy(ends, this.space.log)) {
      yield this.#encode({ type: 'run', run: encodeRun(run) })
    }
    yield this.#encode({ type: 'done' })
  }

  async #run(from: PeerId, neighbour: Neighbour, run: Uint8Array): Promise<boolean> {
    const receipt = await this.space.receive(run, from)
    if (receipt === 'taken') neighbour.learned = true
    if (receipt === 'parked' || receipt === 'busy') {
      neighbour.cancel ??= this.#clock.after(ASK_AGAIN_MS, () => {
        neighbour.cancel = undefined
        this.hello(from)
      })
    }
    return receipt !== 'malformed' && receipt !== 'forged'
  }

  #spread(frame: FrameBody, except: string | undefined): void {
    const bytes = this.#encode(frame)
    for (const peer of this.neighbours) if (peer !== except) this.#sender.send(peer, bytes)
  }

  #send(peer: PeerId, frame: FrameBody): void {
    this.#sender.send(peer, this.#encode(frame))
  }

  #encode(frame: FrameBody): Uint8Array {
    return encodeFrame({ ...frame, topic: this.topic } as Frame)
  }
}

type FrameBody = Frame extends infer F ? (F extends Frame ? Omit<F, 'topic'> : never) : never
