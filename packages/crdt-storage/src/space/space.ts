import type { Unsubscribe } from '@pigeon/transport'
import type { Role } from '../authority/role.ts'
import type { Entry } from '../entry/entry.ts'
import { encodeRun } from '../entry/run.ts'
import type { Member } from '../keys/author.ts'
import type { Log, Taken } from '../log/log.ts'
import { lackedBy } from '../replication/frontier.ts'
import type { SpaceEvents } from './events.ts'
import { checkGenesis, makeGenesis, type NewSpace } from './genesis.ts'
import type { Receipt } from './intake.ts'
import { openNow, sealNow } from './now.ts'
import type { Exclusive, SpaceOptions } from './options.ts'
import { Rows } from './rows.ts'
import { SpaceContent } from './space-content.ts'

/**
 * One encrypted, access-controlled set of documents and values, as one author has it.
 *
 * 1. Content changes only through entries that are signed and allowed; who may do what follows
 *    from the set of entries alone.
 * 2. An own entry is kept before anybody hears of it, so no number is signed twice.
 * 3. Equal entries give equal content.
 */
export class Space extends SpaceContent {
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
    // Two tabs that open it at one moment must not count to the same number.
    const exclusive: Exclusive = options.exclusive ?? ((_, run) => run())
    const session =
      rows === undefined
        ? new DataView(random.buffer).getUint32(0)
        : await exclusive(`pigeon/${genesis.id}/session`, () => rows.session())
    const space = new Space(genesis, options, session)
    await space.core.turns.next(async () => {
      await space.core.begin()
      await space.core.refresh()
    })
    return space
  }

  on<E extends keyof SpaceEvents>(event: E, listener: SpaceEvents[E]): Unsubscribe {
    return this.core.events.on(event, listener)
  }

  /** All entries, to replicate them. */
  get log(): Log {
    return this.core.parts.log
  }

  /** The first entry, which says what the space is: whoever joins needs it. */
  get genesis(): Uint8Array {
    return encodeRun([this.log.genesis])
  }

  /** The author's key as hex. */
  get me(): string {
    return this.core.parts.me
  }

  /** The creator's key as hex. */
  get creator(): string {
    return this.log.genesis.author
  }

  get isPrivate(): boolean {
    return this.log.genesis.content.isPrivate
  }

  /** Everybody with a role, by their keys as hex. */
  get members(): ReadonlyMap<string, Role> {
    return this.core.roles
  }

  /** What this author may do here. */
  get role(): Role | undefined {
    return this.core.roles.get(this.me)
  }

  /** Names of keys that are not here: the open ones, and those that content waits for. */
  get missingKeys(): string[] {
    return this.core.missingKeys
  }

  /** Which run of this author's program this is. */
  get session(): number {
    return this.core.session
  }

  /** Seals what is for members now and kept nowhere. @throws SpaceError `NO_KEY` */
  sealNow(bytes: Uint8Array): Promise<Uint8Array> {
    return sealNow(this.core, bytes)
  }

  /** Opens it; `undefined` if it was sealed with other keys than those of now. */
  openNow(author: string, sealed: Uint8Array): Promise<Uint8Array | undefined> {
    return openNow(this.core, author, sealed)
  }

  /** Gives somebody a role, and the keys it needs. A weaker role than it has changes nothing. */
  grant(member: Member, role: Role): Promise<void> {
    return this.core.own(async () =>
      this.core.parts.writer.write(await this.core.parts.access.grant(member, role), 'admin'),
    )
  }

  /**
   * Takes away what somebody may, and rotates the keys, at once.
   * @param who its key as hex
   * @param leave a role that stays
   */
  revoke(who: string, leave?: Role): Promise<void> {
    if (who === this.me) return this.leave(leave)
    return this.core.own(async () =>
      this.core.parts.writer.write(await this.core.parts.access.revoke(who, leave), 'admin'),
    )
  }

  /** Gives up the own role, or all but a weaker one. */
  leave(leave?: Role): Promise<void> {
    const { me, access, writer } = this.core.parts
    return this.core.own(async () => writer.write(access.leave(me, leave), 'relay'))
  }

  /** A fresh key for everybody who may read. */
  rotate(): Promise<void> {
    return this.core.own(async () =>
      this.core.parts.writer.write(await this.core.parts.access.rotate(), 'admin'),
    )
  }

  /**
   * Writes what the space holds as a snapshot and forgets the entries it stands for: their bodies
   * are gone here, and who joins gets the snapshot.
   * @throws SpaceError `NOT_ALLOWED` for anybody but the creator
   */
  async compact(): Promise<void> {
    const { compact, forget } = await import('../compaction/compact.ts')
    let written: Taken[] = []
    await this.core.own(async () => {
      written = await compact(this.core)
      return written
    })
    await this.core.turns.next(() => forget(this.core, written))
  }

  /**
   * Works the last snapshot out from the entries it stands for, and says so if it is right.
   * @throws SpaceError `INVALID` if it is not; `UNKNOWN` if there is none, or not all of the entries
   */
  async attest(): Promise<void> {
    const { attest } = await import('../compaction/compact.ts')
    await this.core.own(() => attest(this.core))
  }

  /**
   * Takes a run from somebody. The bytes may be anything.
   * @throws SpaceError `STORE` if it could not be kept; it is here until the end all the same
   */
  receive(run: Uint8Array, source: string): Promise<Receipt> {
    const { turns, parts } = this.core
    return turns.next(async () => {
      if (this.core.isClosed) return 'busy'
      const { receipt, taken } = await parts.intake.take(run, source)
      await this.core.follow(taken, source)
      if (taken.length > 0) await this.core.keep(taken)
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
    return this.core.turns.next(() => this.core.refresh())
  }

  /** Keys for a member who lacks some, sealed for it alone; none if it may not have them. */
  shareKeys(who: string, keyIds: readonly string[]): Promise<Uint8Array | undefined> {
    return this.core.parts.access.share(who, keyIds)
  }

  /** Takes keys somebody shared; they prove themselves. */
  receiveKeys(envelope: Uint8Array): Promise<void> {
    return this.core.turns.next(() => this.core.receiveKeys(envelope))
  }

  /** Resolves when everything that was begun is done. */
  get idle(): Promise<void> {
    return this.core.turns.idle
  }

  /** Writes what was collected, and ends. */
  async close(): Promise<void> {
    if (this.core.isClosed) return
    if (this.core.batcher?.isEmpty === false) await this.flush().catch(() => undefined)
    await this.idle
    this.core.close()
  }
}
