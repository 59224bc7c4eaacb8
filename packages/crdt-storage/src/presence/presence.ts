import { hexToBytes } from '@noble/hashes/utils.js'
import type { CryptoEngine } from '@pigeon/identity'
import { type Clock, Emitter, type Unsubscribe, wholeNumber } from '@pigeon/transport'
import type { Author } from '../keys/author.ts'
import type { Replicator } from '../replication/replicator.ts'
import type { Space } from '../space/space.ts'
import { encodePresence, readPresence, signedPresence } from './presence-frame.ts'

/** Bytes of one state. */
const STATE_BYTES_MAX = 8 * 1024

/** How {@link Presence} works. */
export interface PresenceOptions {
  readonly space: Space
  readonly replicator: Replicator
  readonly author: Author
  readonly crypto: CryptoEngine
  readonly clock: Clock
  /** A state is over when it was not renewed for so long, ms. Default 30,000; it is renewed at half of it. */
  readonly timeoutMs?: number
  /** States of others, at most. Default 1,000. */
  readonly maxStates?: number
}

/** Somebody's state in one session: a cursor, a name. */
export interface PresenceState {
  /** Its key as hex. */
  readonly author: string
  readonly session: number
  /** Whatever the application says, such as an update of the awareness of y-protocols. */
  readonly bytes: Uint8Array
}

/** What happens on a {@link Presence}. */
export interface PresenceEvents {
  /** A state is new, changed, or over. */
  changed: (state: PresenceState, isOver: boolean) => void
}

interface Known {
  readonly counter: number
  readonly state: PresenceState | undefined
  readonly cancel: () => void
}

/**
 * Who is there, and where: signed, sealed for members, stored nowhere. It may get lost; it is said
 * again.
 */
export class Presence {
  readonly #options: PresenceOptions
  readonly #timeoutMs: number
  readonly #maxStates: number
  readonly #known = new Map<string, Known>()
  readonly #events = new Emitter<PresenceEvents>()
  readonly #off: Unsubscribe
  #own: Uint8Array | undefined
  #counter = 0
  #cancel: () => void = () => {}

  /** @throws RangeError if an option is out of bounds */
  constructor(options: PresenceOptions) {
    const { timeoutMs = 30_000, maxStates = 1000, replicator, space } = options
    this.#options = options
    this.#timeoutMs = wholeNumber('timeoutMs', timeoutMs, 100, 3_600_000)
    this.#maxStates = wholeNumber('maxStates', maxStates, 1, 100_000)
    this.#off = replicator.on('whisper', (to, bytes, from) => {
      if (to === space) this.#hear(bytes, from).catch(() => undefined)
    })
  }

  on<E extends keyof PresenceEvents>(event: E, listener: PresenceEvents[E]): Unsubscribe {
    return this.#events.on(event, listener)
  }

  /** States of others that are not over. */
  get states(): PresenceState[] {
    return [...this.#known.values()].flatMap(({ state }) => state ?? [])
  }

  /**
   * Says a state, and again until another one, or none, is said.
   * @throws RangeError if it is larger than 8 KiB
   */
  async set(bytes: Uint8Array | undefined): Promise<void> {
    wholeNumber('bytes of a state', bytes?.length ?? 0, 0, STATE_BYTES_MAX)
    this.#own = bytes
    await this.#say()
  }

  /** Says that the own state is over, and ends. */
  async close(): Promise<void> {
    await this.set(undefined).catch(() => undefined)
    this.#off()
    for (const { cancel } of this.#known.values()) cancel()
    this.#known.clear()
    this.#events.clear()
  }

  async #say(): Promise<void> {
    this.#cancel()
    const { space, author, replicator, clock } = this.#options
    const own = this.#own
    const body = own === undefined ? new Uint8Array(0) : await space.sealNow(own)
    const said = { author: space.me, session: space.session, counter: ++this.#counter, body }
    const signature = await author.sign(signedPresence(space.id, said))
    replicator.whisper(space, encodePresence({ ...said, signature }))
    if (own === undefined) return
    this.#cancel = clock.after(this.#timeoutMs / 2, () => {
      this.#say().catch(() => undefined)
    })
  }

  async #hear(bytes: Uint8Array, from: string): Promise<void> {
    const { space, crypto, replicator } = this.#options
    const frame = readPresence(bytes)
    if (frame === undefined || !space.members.has(frame.author)) return
    const { author, session, counter, body, signature } = frame
    const name = `${author}/${session}`
    if (author === space.me && session === space.session) return
    if ((this.#known.get(name)?.counter ?? -1) >= counter) return
    if (!(await crypto.verify(signedPresence(space.id, frame), signature, hexToBytes(author))))
      return
    if ((this.#known.get(name)?.counter ?? -1) >= counter) return
    const opened = body.length === 0 ? undefined : await space.openNow(author, body)
    this.#keep(name, counter, opened && { author, session, bytes: opened })
    replicator.whisper(space, bytes, from)
  }

  #keep(name: string, counter: number, state: PresenceState | undefined): void {
    const known = this.#known.get(name)
    if (known === undefined && this.#known.size >= this.#maxStates) return
    known?.cancel()
    const cancel = this.#options.clock.after(this.#timeoutMs, () => this.#forget(name))
    this.#known.set(name, { counter, state, cancel })
    if (state !== undefined) this.#events.emit('changed', state, false)
    else if (known?.state !== undefined) this.#events.emit('changed', known.state, true)
  }

  #forget(name: string): void {
    const known = this.#known.get(name)
    this.#known.delete(name)
    if (known?.state !== undefined) this.#events.emit('changed', known.state, true)
  }
}
