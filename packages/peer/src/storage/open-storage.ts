import {
  type DocumentEngine,
  type Exclusive,
  type Member,
  Replicator,
  Space,
  SpaceError,
  type SpaceLimits,
  type SpaceOptions,
} from '@pigeon/crdt-storage'
import { Archive, type ArchiveTable, joinArchived } from '@pigeon/crdt-storage/archive'
import { type Chunks, readBlob, StoredChunks, writeBlob } from '@pigeon/crdt-storage/blobs'
import { DistributedStorage } from '@pigeon/crdt-storage/keyed'
import type { Keys } from '@pigeon/identity'
import { systemCrypto } from '@pigeon/identity/system'
import type { Store } from '@pigeon/store'
import { systemClock, systemRandom } from '@pigeon/transport/system'
import { openDht } from '../dht/open-dht.ts'
import { MeshError } from '../errors.ts'
import type { PigeonMesh } from '../pigeon-mesh.ts'
import { TableArchive } from './table-archive.ts'
import { TABLE_CHUNK_BYTES, TableChunks } from './table-chunks.ts'
import { TableDirectory } from './table-directory.ts'

/** Options of {@link openStorage}, and all limits of spaces. */
export interface MeshStorageOptions extends Partial<SpaceLimits> {
  /** Where entries are kept over a restart; the mesh then needs a user who stays. Default: nowhere. */
  readonly store?: Store
  /** What documents are made of: `yjsEngine` of `@pigeon/crdt-storage/yjs`. Default: no documents. */
  readonly engine?: DocumentEngine
  /** How long to look for a space nobody near has, ms. Default 5,000. */
  readonly findMs?: number
  /** Keys known here, at most. Default 1,024. */
  readonly maxKeys?: number
  /** Bytes of pieces of blobs kept here, if there is a store. Default 256 MiB. */
  readonly maxBlobBytes?: number
}

/** Spaces and values under keys, replicated over a mesh. Made by {@link openStorage}. */
export class MeshStorage {
  /** Values under keys, each with an owner. */
  readonly keyed: DistributedStorage
  /** Brings spaces to those who take part in them. */
  readonly replicator: Replicator
  readonly #mesh: PigeonMesh
  readonly #spaceOptions: SpaceOptions
  readonly #chunks: Chunks
  readonly #table: ArchiveTable
  readonly #archives = new Set<Archive>()
  readonly #spaces = new Set<Space>()

  constructor(
    mesh: PigeonMesh,
    keyed: DistributedStorage,
    replicator: Replicator,
    spaceOptions: SpaceOptions,
    chunks: Chunks,
    table: ArchiveTable,
  ) {
    this.#mesh = mesh
    this.keyed = keyed
    this.replicator = replicator
    this.#spaceOptions = spaceOptions
    this.#chunks = chunks
    this.#table = table
  }

  /**
   * Makes a space of one's own; its id is what others join by.
   * @param store keeps it over a restart, after which `Space.load` opens it; default: nowhere
   */
  async createSpace(what: Parameters<typeof Space.create>[0] = {}, store?: Store): Promise<Space> {
    return this.#add(await Space.create(what, { ...this.#spaceOptions, ...(store && { store }) }))
  }

  /**
   * Takes part in a space.
   * @param store as for {@link createSpace}
   * @param keepers keys as hex of those who may have put it into the table, see {@link keepInTable}: asked
   * if no neighbour has it
   * @throws SpaceError if nobody has it, or it is not what its id says
   */
  async joinSpace(id: string, store?: Store, keepers: readonly string[] = []): Promise<Space> {
    const options = { ...this.#spaceOptions, ...(store && { store }) }
    try {
      return this.#add(await Space.join(id, await this.replicator.findGenesis(id), options))
    } catch (error) {
      const isUnknown = error instanceof SpaceError && error.code === 'UNKNOWN'
      if (!isUnknown || keepers.length === 0) throw error
      return this.#add(await joinArchived(id, keepers, this.#table, options))
    }
  }

  /**
   * Has the peers of the network keep a space, sealed, for when nobody who has it is there. It goes as
   * values of the table do, a day after this peer was last there at most.
   */
  keepInTable(space: Space): Archive {
    const archive = new Archive({ space, table: this.#table, clock: systemClock })
    this.#archives.add(archive)
    return archive
  }

  /**
   * Seals something large piece by piece, and has the peers of the network keep the pieces as long as
   * they keep values of the table; a store here keeps them for good.
   * @returns what stands for it, a few hundred bytes: who may read the space it is put into can read it
   * @throws SpaceError `TOO_LARGE`, `FULL`; DhtError if the network takes a piece nowhere
   */
  writeBlob(source: Uint8Array | AsyncIterable<Uint8Array>): Promise<Uint8Array> {
    const chunkBytes = TABLE_CHUNK_BYTES
    return writeBlob(source, { chunks: this.#chunks, random: systemRandom, chunkBytes })
  }

  /**
   * Reads a blob, or a part of it, as it comes.
   * @param part first byte, and the one behind the last
   * @throws SpaceError `UNKNOWN` for a piece that nobody has any more
   */
  readBlob(
    reference: Uint8Array,
    part: { readonly from?: number; readonly to?: number } = {},
  ): AsyncGenerator<Uint8Array, void> {
    return readBlob(reference, { ...part, chunks: this.#chunks })
  }

  /**
   * Somebody to give a role to: the user behind a peer if there is one, else the peer itself.
   * @throws MeshError `TIMEOUT` if its keys cannot be had
   */
  async memberOf(peer: string): Promise<Member> {
    const card = await this.#mesh.cardOf(peer)
    if (card === undefined) throw new MeshError('TIMEOUT', `the keys of ${peer} cannot be had`)
    return card.user ?? card
  }

  async close(): Promise<void> {
    this.replicator.close()
    // What could not be put any more is with the others.
    for (const archive of this.#archives) await archive.close().catch(() => undefined)
    this.#archives.clear()
    await this.keyed.close()
    for (const space of this.#spaces) await space.close()
    this.#spaces.clear()
  }

  #add(space: Space): Space {
    this.#spaces.add(space)
    this.replicator.add(space)
    return space
  }
}

const storages = new WeakMap<PigeonMesh, Promise<MeshStorage>>()

/**
 * The storage of a mesh, which replicates from then on; called again, the same one. It closes with
 * the mesh.
 * @param options count at the first call
 * @throws StoreError by rejection, if what is stored cannot be read
 * @example
 * const { keyed } = await openStorage(mesh)
 * await keyed.store('user:profile', { name: 'Alice' })
 */
export function openStorage(
  mesh: PigeonMesh,
  options: MeshStorageOptions = {},
): Promise<MeshStorage> {
  const existing = storages.get(mesh)
  if (existing !== undefined) return existing
  const opened = open(mesh, options)
  storages.set(mesh, opened)
  return opened
}

async function open(mesh: PigeonMesh, options: MeshStorageOptions): Promise<MeshStorage> {
  const { identity, gossip } = mesh
  const author: Keys | typeof identity = identity.user ?? identity
  const [clock, random] = [systemClock, systemRandom]
  const transport = mesh.open('pigeon/storage/1', 'bulk')
  const replicator = new Replicator({ transport, clock, random, gossip })
  const world = { author, crypto: systemCrypto, clock, random, ...exclusively() }
  const table = openDht(mesh)
  const directory = new TableDirectory(table)
  const chunks = await openChunks(new TableChunks(table), options)
  const keyed = await DistributedStorage.open({ ...options, ...world, replicator, directory })
  const { store: _, ...spaceOptions } = options
  const all = { ...spaceOptions, ...world }
  const storage = new MeshStorage(mesh, keyed, replicator, all, chunks, new TableArchive(table))
  mesh.on('closed', () => void storage.close())
  // The table forgets what nobody says again.
  void keyed.announce().catch(() => {})
  return storage
}

/** Pieces of blobs stay here as well, where there is a store. */
async function openChunks(
  next: Chunks,
  { store, maxBlobBytes }: MeshStorageOptions,
): Promise<Chunks> {
  if (store === undefined) return next
  const limit = maxBlobBytes === undefined ? {} : { maxBytes: maxBlobBytes }
  return StoredChunks.open({ ...limit, store: store.sub('blobs'), next })
}

/** Tabs of one author take turns. */
function exclusively(): { exclusive: Exclusive } | undefined {
  const locks = (globalThis.navigator as Navigator | undefined)?.locks
  if (locks === undefined) return undefined
  return { exclusive: (name, run) => locks.request(name, run) as never }
}
