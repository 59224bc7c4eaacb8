import type { PigeonMesh } from '@pigeon/peer'
import { webDht } from '@pigeon/peer/dht'
import { DebugLogger } from './debug-logger.ts'

type Table = ReturnType<typeof webDht>
type Value = Parameters<Table['dhtPut']>[1]

const log = DebugLogger.create('WebDHT')

/** What a {@link WebDHT} is made of: a mesh that is connected. */
export interface WebDhtSource {
  readonly pigeon: PigeonMesh
  readonly isDHTEnabled: () => boolean
}

/** The table of values that all peers of a mesh keep together. Everybody may write every key. */
export class WebDHT {
  readonly #source: WebDhtSource
  #opened: { readonly of: PigeonMesh; readonly table: Table } | undefined
  readonly #listeners = new Set<(event: { key: string; newValue: unknown }) => void>()

  /** @param mesh a `PeerPigeonMesh` */
  constructor(mesh: WebDhtSource) {
    this.#source = mesh
  }

  async put(key: string, value: unknown): Promise<boolean> {
    log.debug(`put ${key}`)
    await this.#table.dhtPut(key, value as Value)
    return true
  }

  /** The value of a key; null if there is none. */
  async get(key: string): Promise<unknown> {
    return (await this.#table.dhtGet(key)) ?? null
  }

  async update(key: string, value: unknown): Promise<boolean> {
    await this.#table.dhtUpdate(key, value as Value)
    return true
  }

  async delete(key: string): Promise<boolean> {
    await this.#table.dhtDelete(key)
    return true
  }

  /** Tells of each change of a key, until {@link unsubscribe}. */
  async subscribe(key: string): Promise<void> {
    await this.#table.dhtSubscribe(key)
  }

  async unsubscribe(key: string): Promise<void> {
    await this.#table.dhtUnsubscribe(key)
  }

  /** Called with each change of a key that is subscribed to. */
  onChange(listener: (event: { key: string; newValue: unknown }) => void): void {
    this.#listeners.add(listener)
  }

  get #table(): Table {
    const { pigeon } = this.#source
    if (this.#opened?.of === pigeon) return this.#opened.table
    const table = webDht(pigeon, { enableWebDHT: this.#source.isDHTEnabled() })
    table.on('dhtValueChanged', (event) => {
      for (const listener of this.#listeners) listener(event)
    })
    this.#opened = { of: pigeon, table }
    return table
  }
}
