import type { PigeonMesh } from '@pigeon/peer'
import { type MeshStorage, type MeshStorageOptions, openStorage } from '@pigeon/peer/storage'
import { DebugLogger } from './debug-logger.ts'
import type { PeerPigeonMeshEvents } from './events.ts'
import type { PlainEvents } from './plain-events.ts'

const log = DebugLogger.create('DistributedStorageManager')

type Keyed = MeshStorage['keyed']
type StoreOptions = Parameters<Keyed['store']>[2]
type Whose = Parameters<Keyed['retrieve']>[1]

/** Values under keys with owners: encrypted, and changed by nobody who may not. */
export class DistributedStorageManager {
  readonly #mesh: () => PigeonMesh
  readonly #options: MeshStorageOptions
  readonly #events: PlainEvents<PeerPigeonMeshEvents>
  readonly #followed = new Map<string, () => void>()
  #opened: { readonly of: PigeonMesh; readonly storage: Promise<MeshStorage> } | undefined

  constructor(
    mesh: () => PigeonMesh,
    options: MeshStorageOptions,
    events: PlainEvents<PeerPigeonMeshEvents>,
  ) {
    this.#mesh = mesh
    this.#options = options
    this.#events = events
  }

  /** Takes part in replication; each method does so by itself. */
  async enable(): Promise<void> {
    await this.#storage()
  }

  /**
   * Stores an own value. Private unless `isPublic`; `isImmutable`: changed by nobody, ever;
   * `enableCRDT`: fields are edited apart, and merge.
   */
  async store(key: string, value: unknown, options: StoreOptions = {}): Promise<void> {
    log.debug(`store ${key}`)
    await (await this.#keyed()).store(key, value, options)
  }

  /** The value of a key; null if there is none, or it is not for this peer. */
  async retrieve(key: string, options: Whose = {}): Promise<unknown> {
    return (await this.#keyed()).retrieve(key, options)
  }

  /** Changes a value. @throws SpaceError `NOT_ALLOWED`, `FROZEN` or `UNKNOWN` */
  async update(key: string, value: unknown, options: Whose = {}): Promise<void> {
    await (await this.#keyed()).update(key, value, options)
  }

  async delete(key: string, options: Whose = {}): Promise<void> {
    await (await this.#keyed()).delete(key, options)
  }

  /** Lets a peer, or the user behind it, read an own value, or `write` it. */
  async grantAccess(key: string, peerId: string, role: 'read' | 'write' = 'read'): Promise<void> {
    const storage = await this.#storage()
    await storage.keyed.grantAccess(key, await storage.memberOf(peerId), role)
  }

  /** Ends that: what is written from now on the peer cannot read. */
  async revokeAccess(key: string, peerId: string): Promise<void> {
    const storage = await this.#storage()
    await storage.keyed.revokeAccess(key, await storage.memberOf(peerId))
  }

  /** `storageDataUpdated` tells of the changes of a key of somebody else from now on. */
  async subscribe(key: string, options: Whose = {}): Promise<void> {
    if (this.#followed.has(key)) return
    const end = await (await this.#keyed()).subscribe(key, () => {}, options)
    this.#followed.set(key, end)
  }

  async unsubscribe(key: string): Promise<void> {
    this.#followed.get(key)?.()
    this.#followed.delete(key)
  }

  /** Keys that have a value here. */
  async listKeys(prefix = ''): Promise<{ key: string; owner: string }[]> {
    return (await this.#keyed()).listKeys({ prefix })
  }

  /** Keys with their values in whose name, or in whose value as JSON, `text` occurs. */
  async search(
    text: string,
    where: 'key' | 'value' | 'all' = 'key',
  ): Promise<{ key: string; owner: string; value: unknown }[]> {
    const has = (part: string | undefined): boolean => part?.includes(text) === true
    return (await this.#keyed()).search(
      ({ key, value }) =>
        (where !== 'value' && has(key)) || (where !== 'key' && has(JSON.stringify(value))),
    )
  }

  async bulkStore(
    items: readonly { key: string; value: unknown; options?: StoreOptions }[],
  ): Promise<void> {
    for (const { key, value, options } of items) await this.store(key, value, options)
  }

  async bulkRetrieve(keys: readonly string[]): Promise<Record<string, unknown>> {
    const values = await Promise.all(keys.map((key) => this.retrieve(key)))
    return Object.fromEntries(keys.map((key, index) => [key, values[index]]))
  }

  /** All that is here, sealed as it is. */
  async backup(): Promise<Uint8Array> {
    return (await this.#keyed()).backup()
  }

  async restore(bytes: Uint8Array): Promise<void> {
    await (await this.#keyed()).restore(bytes)
  }

  async #keyed(): Promise<Keyed> {
    return (await this.#storage()).keyed
  }

  #storage(): Promise<MeshStorage> {
    const mesh = this.#mesh()
    if (this.#opened?.of === mesh) return this.#opened.storage
    const storage = openStorage(mesh, this.#options).then((opened) => {
      opened.keyed.on('storageDataUpdated', (event) => {
        this.#events.emit('storageDataUpdated', event)
      })
      return opened
    })
    this.#opened = { of: mesh, storage }
    this.#followed.clear()
    return storage
  }
}
