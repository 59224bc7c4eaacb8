import { DhtError, type Stored } from '@pigeon/dht'
import { Emitter, type Unsubscribe } from '@pigeon/transport'
import type { Value } from '../channels/value.ts'
import type { PigeonMesh } from '../pigeon-mesh.ts'
import { openDht } from './open-dht.ts'
import type { DhtTable } from './table.ts'
import type { DhtTableOptions } from './table-options.ts'

/** Options of {@link webDht}. */
export interface WebDhtOptions extends DhtTableOptions {
  /** Whether there is a table at all; else every method says that there is not. Default true. */
  enableWebDHT?: boolean
}

/** What happens on a {@link WebDht}. */
export interface WebDhtEvents {
  /** A key that was subscribed to has another value; undefined if it was removed. */
  dhtValueChanged: (event: { readonly key: string; readonly newValue: Value | undefined }) => void
}

/**
 * The table under PeerPigeon's names. As there, everybody may write every key, and the last one
 * counts; whoever wants more uses {@link openDht}.
 */
export class WebDht {
  readonly #table: DhtTable | undefined
  readonly #events = new Emitter<WebDhtEvents>()
  readonly #followed = new Map<string, Unsubscribe>()

  /** @param table undefined where there is none */
  constructor(table: DhtTable | undefined) {
    this.#table = table
  }

  on<E extends keyof WebDhtEvents>(event: E, listener: WebDhtEvents[E]): Unsubscribe {
    return this.#events.on(event, listener)
  }

  /** Writes a value; any that JSON, bytes and structured clones hold, up to 8 KiB. */
  async dhtPut(key: string, value: Value): Promise<Stored> {
    return this.#enabled('dhtPut').put(key, value, { anybody: true })
  }

  /** The value of a key; undefined if there is none. */
  async dhtGet(key: string): Promise<Value | undefined> {
    return (await this.#enabled('dhtGet').get(key, { owner: 'anybody' }))?.value
  }

  /** Writes a value in place of the one that stands, whoever else does so meanwhile. */
  async dhtUpdate(key: string, value: Value): Promise<Stored> {
    return this.#enabled('dhtUpdate').update(key, () => value, { anybody: true })
  }

  /** Removes a value. */
  async dhtDelete(key: string): Promise<Stored> {
    return this.#enabled('dhtDelete').delete(key, { anybody: true })
  }

  /** Tells of every change of a key, as `dhtValueChanged`. */
  async dhtSubscribe(key: string): Promise<void> {
    const table = this.#enabled('dhtSubscribe')
    if (this.#followed.has(key)) return
    const end = table.subscribe(
      key,
      (entry) => this.#events.emit('dhtValueChanged', { key, newValue: entry?.value }),
      { owner: 'anybody' },
    )
    this.#followed.set(key, end)
  }

  /** Ends {@link dhtSubscribe}. */
  async dhtUnsubscribe(key: string): Promise<void> {
    this.#enabled('dhtUnsubscribe')
    this.#followed.get(key)?.()
    this.#followed.delete(key)
  }

  #enabled(method: string): DhtTable {
    if (this.#table !== undefined) return this.#table
    throw new DhtError(
      'DISABLED',
      `${method} needs the table of values, which enableWebDHT: false switched off; leave the option out, or set it to true`,
    )
  }
}

/** @throws as {@link openDht} */
export function webDht(mesh: PigeonMesh, options: WebDhtOptions = {}): WebDht {
  const { enableWebDHT = true, ...rest } = options
  return new WebDht(enableWebDHT ? openDht(mesh, rest) : undefined)
}
