import { bytesToHex } from '@noble/hashes/utils.js'
import { type Unsubscribe, wholeNumber } from '@pigeon/transport'
import { SpaceError } from '../errors.ts'
import type { Replicator } from '../replication/replicator.ts'
import type { NewSpace } from '../space/genesis.ts'
import type { SpaceOptions } from '../space/options.ts'
import { Space } from '../space/space.ts'
import { readClaim, signClaim } from './claim.ts'
import type { Directory } from './directory.ts'
import { Shelf, type Shelved } from './shelf.ts'

/** What a `DistributedStorage` works with. */
export interface DistributedStorageOptions extends SpaceOptions {
  readonly replicator: Replicator
  /** Where owners say which space a key is in. */
  readonly directory: Directory
  /** How long to look for a space nobody near has, ms. Default 5,000. */
  readonly findMs?: number
  /** Keys known here, at most. Default 1,024. */
  readonly maxKeys?: number
}

/** The spaces of keys: those that are here, and those that owners say there are. */
export class KeyedSpaces {
  /** The author's key as hex. */
  readonly me: string
  readonly shelf: Shelf
  readonly #options: DistributedStorageOptions
  readonly #changed: (shelved: Shelved, space: Space) => void
  readonly #open = new Map<string, Space>()
  readonly #off: Unsubscribe[] = []

  constructor(
    options: DistributedStorageOptions,
    changed: (shelved: Shelved, space: Space) => void,
  ) {
    this.me = bytesToHex(options.author.key)
    this.#options = options
    this.#changed = changed
    const { maxKeys = 1024, store } = options
    this.shelf = new Shelf(store?.sub('keys'), wholeNumber('maxKeys', maxKeys, 1, 1_000_000))
  }

  /** Opens all that the store holds. */
  async load(): Promise<void> {
    await this.shelf.load()
    for (const shelved of this.shelf.all) {
      const space = await Space.load(this.#spaceOptions(shelved.slot))
      if (space === undefined) await this.shelf.remove(shelved)
      else this.#follow(shelved, space)
    }
  }

  /** Makes an own space for a key. */
  async create(key: string, what: NewSpace): Promise<Space> {
    if (this.shelf.isFull) throw new SpaceError('FULL', 'no more keys fit')
    const slot = this.#slot()
    const space = await Space.create(what, this.#spaceOptions(slot))
    await this.#put({ key, owner: this.me, space: space.id, slot }, space)
    return space
  }

  /** Says where an own key is. */
  async announce(key: string, space: Space): Promise<void> {
    const { directory, author } = this.#options
    await directory.announce(key, this.me, await signClaim(author, key, space.id))
  }

  /** Takes part in the space of somebody's key. @throws SpaceError `INVALID`, `FULL` */
  async join(place: Omit<Shelved, 'slot'>, genesis: Uint8Array): Promise<Space> {
    if (this.shelf.isFull) throw new SpaceError('FULL', 'no more keys fit')
    const slot = this.#slot()
    const space = await Space.join(place.space, genesis, this.#spaceOptions(slot))
    if (space.creator !== place.owner) {
      await space.close()
      throw new SpaceError('INVALID', `the space is not of ${place.owner}`)
    }
    await this.#put({ ...place, slot }, space)
    return space
  }

  /** The space of a shelved key. */
  get({ slot }: Shelved): Space {
    const space = this.#open.get(slot)
    if (space === undefined) throw new SpaceError('CLOSED', 'the storage was closed')
    return space
  }

  /** The space of a key: the own one if no owner is said, then whose was met first, then whoever says so. */
  async find(key: string, owner?: string): Promise<Shelved | undefined> {
    const { shelf, me } = this
    const known = shelf.find(key, owner ?? me) ?? shelf.find(key, owner)
    if (known !== undefined) return known
    const { directory, crypto, replicator, findMs = 5000 } = this.#options
    for (const bytes of await directory.find(key, owner)) {
      const claim = await readClaim(bytes, key, crypto.verify)
      if (claim === undefined || (owner !== undefined && claim.owner !== owner)) continue
      try {
        const genesis = await replicator.findGenesis(claim.space, findMs)
        await replicator.caughtUp(await this.join(claim, genesis), findMs)
        return shelf.find(key, claim.owner)
      } catch (error) {
        if (!(error instanceof SpaceError) || error.code === 'FULL') throw error
      }
    }
    return undefined
  }

  async close(): Promise<void> {
    for (const off of this.#off.splice(0)) off()
    for (const space of this.#open.values()) await space.close()
    this.#open.clear()
  }

  async #put(shelved: Shelved, space: Space): Promise<void> {
    this.#follow(shelved, space)
    await this.shelf.put(shelved)
  }

  #follow(shelved: Shelved, space: Space): void {
    this.#open.set(shelved.slot, space)
    const tell = (): void => this.#changed(shelved, space)
    this.#off.push(space.on('changed', tell), space.on('member', tell))
    this.#off.push(this.#options.replicator.add(space))
  }

  #slot(): string {
    return bytesToHex(this.#options.random.fill(new Uint8Array(16)))
  }

  #spaceOptions(slot: string): SpaceOptions {
    const { store, ...rest } = this.#options
    return store === undefined ? rest : { ...rest, store: store.sub(`space-${slot}`) }
  }
}
