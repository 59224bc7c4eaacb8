import { bytesToHex, hexToBytes } from '@noble/hashes/utils.js'
import { keyText, type Store } from '@pigeon/store'
import { ByteReader, ByteWriter } from '@pigeon/transport'

/** What is known of one key here. */
export interface Shelved {
  readonly key: string
  readonly owner: string
  readonly space: string
  /** The part of the store its space is in. */
  readonly slot: string
}

/** Which keys are in which space, as this user knows them; kept if there is a store. */
export class Shelf {
  readonly #store: Store | undefined
  readonly #max: number
  readonly #byName = new Map<string, Shelved>()

  /** @param max keys, at most */
  constructor(store: Store | undefined, max: number) {
    this.#store = store
    this.#max = max
  }

  get all(): Shelved[] {
    return [...this.#byName.values()]
  }

  get isFull(): boolean {
    return this.#byName.size >= this.#max
  }

  /** What one owner has under a key; of any owner, the first that was met. */
  find(key: string, owner?: string): Shelved | undefined {
    if (owner !== undefined) return this.#byName.get(`${owner}/${key}`)
    return this.all.find((shelved) => shelved.key === key)
  }

  async load(): Promise<void> {
    for await (const { key: name, value } of this.#store?.range({ prefix: 'k/' }) ?? []) {
      const reader = new ByteReader(value)
      const space = bytesToHex(reader.raw(32))
      const slot = reader.text(64)
      const [owner = '', ...key] = keyText(name).slice(2).split('/')
      const shelved = { key: key.join('/'), owner, space, slot }
      this.#byName.set(`${owner}/${shelved.key}`, shelved)
    }
  }

  async put(shelved: Shelved): Promise<void> {
    const { key, owner, space, slot } = shelved
    const name = `${owner}/${key}`
    this.#byName.set(name, shelved)
    const value = new ByteWriter().raw(hexToBytes(space)).text(slot).finish()
    await this.#store?.batch([{ put: `k/${name}`, value }], { durable: true })
  }

  async remove({ key, owner }: Shelved): Promise<void> {
    this.#byName.delete(`${owner}/${key}`)
    await this.#store?.batch([{ delete: `k/${owner}/${key}` }], { durable: true })
  }
}
