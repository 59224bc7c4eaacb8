import { type Unsubscribe, wholeNumber } from '@pigeon/transport'
import type { Role } from '../authority/role.ts'
import type { Batcher } from '../documents/batcher.ts'
import type { Entry } from '../entry/entry.ts'
import { encodeRun } from '../entry/run.ts'
import { SpaceError } from '../errors.ts'
import type { Item } from '../fold/items.ts'
import { inPieces, MAX_PIECES, PIECE_BYTES } from '../fold/pieces.ts'
import type { Member } from '../keys/author.ts'
import type { Log, Taken } from '../log/log.ts'
import { lackedBy } from '../replication/frontier.ts'
import { Core } from './core.ts'
import type { SpaceEvents } from './events.ts'
import { checkGenesis, makeGenesis, type NewSpace } from './genesis.ts'
import type { Receipt } from './intake.ts'
import type { SpaceOptions } from './options.ts'
import { Rows } from './rows.ts'

/**
 * One encrypted, access-controlled set of documents and values, as one author has it.
 *
 * 1. Content changes only through entries that are signed and allowed; who may do what follows
 *    from the set of entries alone.
 * 2. An own entry is kept before anybody hears of it, so no number is signed twice.
 * 3. Equal entries give equal content.
 */
export class Space {
  readonly id: string
  readonly #core: Core

  /** Makes a new space, of which the author is the creator. */
  static async create(what: NewSpace, options: SpaceOptions): Promise<Space> {
    const genesis = await makeGenesis(what, options)
    if (options.store !== undefined) await new Rows(options.store).begin(genesis)
    return Space.#begin(genesis, options)
  }

  /**
   * Takes part in a space somebody else made.
   * @param genesis its first entry, from anybody
   * @throws SpaceError `INVALID` if the bytes are not those the id names
   */
  static async join(id: string, genesis: Uint8Array, options: SpaceOptions): Promise<Space> {
    const entry = await checkGenesis(id, genesis, options)
    if (options.store !== undefined) await new Rows(options.store).begin(entry)
    return Space.#begin(entry, options)
  }

  /** Opens the space that is in the store, if one is. */
  static async load(options: SpaceOptions): Promise<Space | undefined> {
    if (options.store === undefined) return undefined
    const genesis = await new Rows(options.store).genesis()
    return genesis && Space.#begin(genesis, options)
  }

  static async #begin(genesis: Entry, options: SpaceOptions): Promise<Space> {
    const rows = options.store && new Rows(options.store)
    const random = options.random.fill(new Uint8Array(4))
    const session = (await rows?.session()) ?? new DataView(random.buffer).getUint32(0)
    const space = new Space(genesis, options, session)
    await space.#core.turns.next(async () => {
      await space.#core.begin()
      await space.#core.refresh()
    })
    return space
  }

  private constructor(genesis: Entry, options: SpaceOptions, session: number) {
    this.id = genesis.id
    this.#core = new Core(genesis, options, session, () => {
      this.flush().catch(() => undefined)
    })
  }

  on<E extends keyof SpaceEvents>(event: E, listener: SpaceEvents[E]): Unsubscribe {
    return this.#core.events.on(event, listener)
  }

  /** All entries, to replicate them. */
  get log(): Log {
    return this.#core.parts.log
  }

  /** The first entry, which says what the space is: whoever joins needs it. */
  get genesis(): Uint8Array {
    return encodeRun([this.log.genesis])
  }

  /** The author's key as hex. */
  get me(): string {
    return this.#core.parts.me
  }

  /** The creator's key as hex. */
  get creator(): string {
    return this.log.genesis.author
  }

  get isPrivate(): boolean {
    return this.log.genesis.content.isPrivate
  }

  get isFrozen(): boolean {
    return this.log.genesis.content.isFrozen
  }

  /** Everybody with a role, by their keys as hex. */
  get members(): ReadonlyMap<string, Role> {
    return this.#core.roles
  }

  /** What this author may do here. */
  get role(): Role | undefined {
    return this.#core.roles.get(this.me)
  }

  /** Names of keys that are open and not here. */
  get missingKeys(): string[] {
    return this.#core.missingKeys
  }

  /** The value of a key. */
  get(name: string): Uint8Array | undefined {
    return this.#core.parts.registers.get(name)?.bytes
  }

  /** Who wrote the value of a key, and how many entries are before it at least. */
  writtenBy(name: string): { author: string; version: number } | undefined {
    const written = this.#core.parts.registers.get(name)
    return written && { author: written.node.statement.author, version: written.node.height }
  }

  /** Keys that have a value, in no order. */
  get keys(): string[] {
    return this.#core.parts.registers.names
  }

  /** What a frozen space holds, once its key is here. */
  get value(): Uint8Array | undefined {
    return this.#core.frozen
  }

  /** The elements of a set. */
  elements(name: string): Uint8Array[] {
    return this.#core.parts.sets.elements(name)
  }

  /** The value of a counter. */
  count(name: string): number {
    return this.#core.parts.counters.value(name)
  }

  /**
   * A document of the engine, the same object until `replaced` names it.
   * @throws TypeError if there is no engine
   */
  doc(name: string): unknown {
    if (this.#core.documents === undefined) throw new TypeError('documents need an engine')
    return this.#core.documents.get(name)
  }

  /** Writes changes as one entry; resolves when it is kept here. */
  write(items: readonly Item[]): Promise<void> {
    if (this.isFrozen) return Promise.reject(new SpaceError('FROZEN', 'nobody can change this'))
    return this.#core.own(() =>
      this.#core.parts.writer.writeData({ session: this.#core.session, items }),
    )
  }

  /**
   * Sets the value of a key, in several entries if it is large.
   * @param bytes at most 12 MiB
   */
  async set(name: string, bytes: Uint8Array): Promise<void> {
    if (bytes.length > MAX_PIECES * PIECE_BYTES) {
      throw new SpaceError('TOO_LARGE', `a value has at most ${MAX_PIECES * PIECE_BYTES} bytes`)
    }
    const writes = inPieces(bytes).map((piece) => this.write([{ type: 'put', name, ...piece }]))
    await Promise.all(writes)
  }

  delete(name: string): Promise<void> {
    return this.write([{ type: 'put', name, bytes: undefined }])
  }

  add(name: string, element: Uint8Array): Promise<void> {
    return this.write([{ type: 'add', name, bytes: element }])
  }

  /** Takes an element out; who adds it at the same time, unheard of, keeps it in. */
  remove(name: string, element: Uint8Array): Promise<void> {
    return this.write([{ type: 'remove', name, tags: this.#core.parts.sets.tags(name, element) }])
  }

  increment(name: string, by = 1): Promise<void> {
    wholeNumber('by', by, -(2 ** 40), 2 ** 40)
    return this.write([{ type: 'count', name, by }])
  }

  /**
   * Writes the edits that were collected.
   * @throws SpaceError `BEHIND`, `NO_KEY` if it is too early; they are kept, and tried again
   */
  async flush(): Promise<void> {
    const { batcher } = this.#core
    if (batcher === undefined || batcher.isEmpty) return
    try {
      await this.#core.own(() => this.#writeEdits(batcher))
    } catch (error) {
      batcher.retry()
      throw error
    }
  }

  /** Gives somebody a role, and the keys it needs. A weaker role than it has changes nothing. */
  grant(member: Member, role: Role): Promise<void> {
    return this.#core.own(async () =>
      this.#core.parts.writer.write(await this.#core.parts.access.grant(member, role), 'admin'),
    )
  }

  /**
   * Takes away what somebody may, and rotates the keys, at once.
   * @param who its key as hex
   * @param leave a role that stays
   */
  revoke(who: string, leave?: Role): Promise<void> {
    if (who === this.me) return this.leave(leave)
    return this.#core.own(async () =>
      this.#core.parts.writer.write(await this.#core.parts.access.revoke(who, leave), 'admin'),
    )
  }

  /** Gives up the own role, or all but a weaker one. */
  leave(leave?: Role): Promise<void> {
    const { me, access, writer } = this.#core.parts
    return this.#core.own(async () => writer.write(access.leave(me, leave), 'relay'))
  }

  /** A fresh key for everybody who may read. */
  rotate(): Promise<void> {
    return this.#core.own(async () =>
      this.#core.parts.writer.write(await this.#core.parts.access.rotate(), 'admin'),
    )
  }

  /**
   * Takes a run from somebody. The bytes may be anything.
   * @throws SpaceError `STORE` if it could not be kept; it is here until the end all the same
   */
  receive(run: Uint8Array, source: string): Promise<Receipt> {
    const { turns, parts } = this.#core
    return turns.next(async () => {
      if (this.#core.isClosed) return 'busy'
      const { receipt, taken } = await parts.intake.take(run, source)
      await this.#core.follow(taken, source)
      if (taken.length > 0) await this.#core.keep(taken)
      return receipt
    })
  }

  /** All entries as runs, causes first: what {@link Space.receive} takes. */
  async export(): Promise<Uint8Array[]> {
    await this.idle
    return [...lackedBy([], this.log)].map((run) => encodeRun(run))
  }

  /** Reads what another tab wrote into the store. */
  refresh(): Promise<void> {
    return this.#core.turns.next(() => this.#core.refresh())
  }

  /** Keys for a member who lacks some, sealed for it alone; none if it may not have them. */
  shareKeys(who: string, keyIds: readonly string[]): Promise<Uint8Array | undefined> {
    return this.#core.parts.access.share(who, keyIds)
  }

  /** Takes keys somebody shared; they prove themselves. */
  receiveKeys(envelope: Uint8Array): Promise<void> {
    return this.#core.turns.next(() => this.#core.receiveKeys(envelope))
  }

  /** Resolves when everything that was begun is done. */
  get idle(): Promise<void> {
    return this.#core.turns.idle
  }

  /** Writes what was collected, and ends. */
  async close(): Promise<void> {
    if (this.#core.isClosed) return
    if (this.#core.batcher?.isEmpty === false) await this.flush().catch(() => undefined)
    await this.idle
    this.#core.close()
  }

  async #writeEdits(batcher: Batcher): Promise<Taken[]> {
    const { parts, session, contents, events, missingKeys } = this.#core
    if (missingKeys.length > 0 && (this.role === 'write' || this.role === 'admin')) {
      throw new SpaceError('NO_KEY', 'the keys of this space are not here')
    }
    const taken: Taken[] = []
    try {
      for (const items of batcher.take()) {
        taken.push(...(await parts.writer.writeData({ session, items })))
      }
    } catch (error) {
      await contents.rebuild()
      events.emit('lost', error as Error)
    }
    return taken
  }
}
