import { bytesToHex } from '@noble/hashes/utils.js'
import { Emitter, type Unsubscribe } from '@pigeon/transport'
import type { Role } from '../authority/role.ts'
import { SpaceError } from '../errors.ts'
import type { Member } from '../keys/author.ts'
import type { Space } from '../space/space.ts'
import { readBackup, writeBackup } from './backup.ts'
import { jsonBytes } from './json.ts'
import { type DistributedStorageOptions, KeyedSpaces } from './keyed-spaces.ts'
import type { Shelved } from './shelf.ts'
import { clear, isObject, share, storedValue, versionOf, write } from './value.ts'

/** How a value is stored. */
export interface StoreOptions {
  /** Anybody may read it. Default false: only those who are granted access. */
  readonly isPublic?: boolean
  /** Nobody can change it, not even its owner. Default false. */
  readonly isImmutable?: boolean
  /** Fields of an object are edited apart and merge. Default false: the last value counts. */
  readonly enableCRDT?: boolean
}

/** Whose key is meant. */
export interface KeyOptions {
  /** The owner's key as hex. Default: the own one, else whose was met first. */
  readonly owner?: string
}

/** What happens in a {@link DistributedStorage}. */
export interface DistributedStorageEvents {
  /** A value changed, here or through somebody else. */
  storageDataUpdated: (update: { key: string; owner: string; version: number }) => void
}

/**
 * Values under keys, each in a space of its own: what PeerPigeon's storage is called, with access
 * that holds.
 */
export class DistributedStorage {
  readonly #spaces: KeyedSpaces
  readonly #events = new Emitter<DistributedStorageEvents>()

  /** Opens what the store holds. */
  static async open(options: DistributedStorageOptions): Promise<DistributedStorage> {
    const storage = new DistributedStorage(options)
    await storage.#spaces.load()
    return storage
  }

  private constructor(options: DistributedStorageOptions) {
    this.#spaces = new KeyedSpaces(options, ({ key, owner }, space) =>
      this.#events.emit('storageDataUpdated', { key, owner, version: versionOf(space) }),
    )
  }

  on<E extends keyof DistributedStorageEvents>(
    event: E,
    listener: DistributedStorageEvents[E],
  ): Unsubscribe {
    return this.#events.on(event, listener)
  }

  /**
   * Stores an own value.
   * @param value anything JSON can say
   * @throws SpaceError `FROZEN` if the key holds what cannot be changed, `FULL`
   */
  async store(key: string, value: unknown, how: StoreOptions = {}): Promise<void> {
    const { isPublic = false, isImmutable = false, enableCRDT = false } = how
    if (this.#spaces.shelf.find(key, this.#spaces.me) !== undefined) {
      return this.update(key, value, { owner: this.#spaces.me }, true)
    }
    const bytes = jsonBytes(value)
    const frozen = isImmutable ? { frozen: bytes } : {}
    const space = await this.#spaces.create(key, { isPrivate: !isPublic, ...frozen })
    if (!isImmutable) {
      if (enableCRDT && isObject(value)) await share(space)
      await write(space, value, true)
    }
    await this.#spaces.announce(key, space)
  }

  /** The value of a key; `null` if there is none, or it is not for this author. */
  async retrieve(key: string, options: KeyOptions = {}): Promise<unknown> {
    const shelved = await this.#spaces.find(key, options.owner)
    if (shelved === undefined) return null
    return storedValue(this.#spaces.get(shelved)) ?? null
  }

  /**
   * Writes over a value; of one with `enableCRDT`, the fields that are given.
   * @param isAll whether fields that are not given go
   * @throws SpaceError `NOT_ALLOWED`, `FROZEN`, `UNKNOWN`
   */
  async update(
    key: string,
    value: unknown,
    options: KeyOptions = {},
    isAll = false,
  ): Promise<void> {
    const shelved = await this.#require(key, options.owner)
    const space = this.#spaces.get(shelved)
    if (space.isFrozen) throw new SpaceError('FROZEN', `${key} cannot be changed`)
    await write(space, value, isAll)
  }

  /** Takes a value away; its history stays in the logs of those who had it. */
  async delete(key: string, options: KeyOptions = {}): Promise<void> {
    const shelved = await this.#require(key, options.owner)
    const space = this.#spaces.get(shelved)
    if (space.isFrozen) throw new SpaceError('FROZEN', `${key} cannot be changed`)
    await clear(space)
  }

  /** Keys that have a value here, own ones and those of others. */
  async listKeys({
    prefix = '',
  }: {
    prefix?: string
  } = {}): Promise<{ key: string; owner: string }[]> {
    const found = await this.search(({ key }) => key.startsWith(prefix))
    return found.map(({ key, owner }) => ({ key, owner }))
  }

  /** Keys with their values of which `matches` says yes. */
  async search(
    matches: (item: { key: string; owner: string; value: unknown }) => boolean,
  ): Promise<{ key: string; owner: string; value: unknown }[]> {
    const found: { key: string; owner: string; value: unknown }[] = []
    for (const shelved of this.#spaces.shelf.all) {
      const value = storedValue(this.#spaces.get(shelved))
      const item = { key: shelved.key, owner: shelved.owner, value }
      if (value !== undefined && matches(item)) found.push(item)
    }
    return found
  }

  /** Lets somebody read an own value, or write it. */
  async grantAccess(key: string, member: Member, role: Role = 'read'): Promise<void> {
    const space = await this.space(key, { owner: this.#spaces.me })
    await space.grant(member, role)
  }

  /** Ends somebody's access to an own value: what is written from now on it cannot read. */
  async revokeAccess(key: string, member: Pick<Member, 'key'>): Promise<void> {
    const space = await this.space(key, { owner: this.#spaces.me })
    await space.revoke(bytesToHex(member.key))
  }

  /** Calls `changed` with the value now and whenever it changes. */
  async subscribe(
    key: string,
    changed: (value: unknown) => void,
    options: KeyOptions = {},
  ): Promise<Unsubscribe> {
    const shelved = await this.#require(key, options.owner)
    const space = this.#spaces.get(shelved)
    changed(storedValue(space) ?? null)
    return this.on('storageDataUpdated', (update) => {
      if (update.key === key && update.owner === shelved.owner) changed(storedValue(space) ?? null)
    })
  }

  /** The space of a key: for documents, members, everything else. */
  async space(key: string, options: KeyOptions = {}): Promise<Space> {
    return this.#spaces.get(await this.#require(key, options.owner))
  }

  /**
   * Says again where own keys are, to a directory that forgets. After a restart nobody else does.
   * @throws whatever the directory does
   */
  async announce(): Promise<void> {
    for (const shelved of this.#spaces.shelf.all) {
      if (shelved.owner !== this.#spaces.me) continue
      await this.#spaces.announce(shelved.key, this.#spaces.get(shelved))
    }
  }

  /** All that is here as bytes, sealed as it is; the author's keys open it. */
  async backup(): Promise<Uint8Array> {
    const { shelf } = this.#spaces
    return writeBackup(shelf.all.map((shelved) => ({ shelved, space: this.#spaces.get(shelved) })))
  }

  /** Takes a backup in, beside what is here. @throws SpaceError `INVALID` */
  async restore(bytes: Uint8Array): Promise<void> {
    for (const { genesis, runs, ...shelved } of readBackup(bytes)) {
      const known = this.#spaces.shelf.find(shelved.key, shelved.owner)
      const space =
        known?.space === shelved.space
          ? this.#spaces.get(known)
          : await this.#spaces.join(shelved, genesis)
      for (const run of runs) await space.receive(run, 'backup')
    }
  }

  /** Closes all spaces. */
  async close(): Promise<void> {
    await this.#spaces.close()
    this.#events.clear()
  }

  async #require(key: string, owner: string | undefined): Promise<Shelved> {
    const shelved = await this.#spaces.find(key, owner)
    if (shelved === undefined) throw new SpaceError('UNKNOWN', `there is no key ${key} here`)
    return shelved
  }
}
