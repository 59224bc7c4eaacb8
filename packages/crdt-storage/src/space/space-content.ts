import { wholeNumber } from '@pigeon/transport'
import { inOrder } from '../authority/node.ts'
import type { Batcher } from '../documents/batcher.ts'
import type { Entry } from '../entry/entry.ts'
import { SpaceError } from '../errors.ts'
import type { Item } from '../fold/items.ts'
import { inPieces, MAX_PIECES, PIECE_BYTES } from '../fold/pieces.ts'
import type { Taken } from '../log/log.ts'
import { Core } from './core.ts'
import type { Moment } from './moment.ts'
import type { SpaceOptions } from './options.ts'

/** What a space holds, and how it is changed. */
export class SpaceContent {
  /** The hash of its first entry. */
  readonly id: string
  /** @internal */
  protected readonly core: Core

  protected constructor(genesis: Entry, options: SpaceOptions, session: number) {
    this.id = genesis.id
    this.core = new Core(genesis, options, session, () => {
      this.flush().catch(() => undefined)
    })
  }

  /** Whether nothing in it can be changed. */
  get isFrozen(): boolean {
    return this.core.parts.log.genesis.content.isFrozen
  }

  /** The value of a key. */
  get(name: string): Uint8Array | undefined {
    return this.core.parts.registers.get(name)?.bytes
  }

  /** Who wrote the value of a key, and how many entries are before it at least. */
  writtenBy(name: string): { author: string; version: number } | undefined {
    const written = this.core.parts.registers.get(name)
    return written && { author: written.node.statement.author, version: written.node.height }
  }

  /** Keys that have a value, in no order. */
  get keys(): string[] {
    return this.core.parts.registers.names
  }

  /** What a frozen space holds, once its key is here. */
  get value(): Uint8Array | undefined {
    return this.core.frozen
  }

  /** The elements of a set. */
  elements(name: string): Uint8Array[] {
    return this.core.parts.sets.elements(name)
  }

  /** The value of a counter. */
  count(name: string): number {
    return this.core.parts.counters.value(name)
  }

  /**
   * A document of the engine, the same object until `replaced` names it.
   * @throws TypeError if there is no engine
   */
  doc(name: string): unknown {
    if (this.core.documents === undefined) throw new TypeError('documents need an engine')
    return this.core.documents.get(name)
  }

  /** Accepted data, causes first: what {@link Space.at} takes. */
  get history(): { readonly id: string; readonly author: string }[] {
    return [...this.core.parts.log.authority.accepted]
      .sort(inOrder)
      .map(({ statement: { id, author } }) => ({ id, author }))
  }

  /**
   * Content as it was when an entry was written, for its author.
   * @param id of an entry of {@link Space.history}
   * @throws SpaceError `UNKNOWN`
   */
  async at(id: string): Promise<Moment> {
    const node = this.core.parts.log.authority.get(id)
    if (node === undefined) throw new SpaceError('UNKNOWN', `there is no entry ${id} here`)
    const { momentOf } = await import('./moment.ts')
    return this.core.turns.next(() => momentOf(this.core, node))
  }

  /** Writes changes as one entry; resolves when it is kept here. */
  write(items: readonly Item[]): Promise<void> {
    if (this.isFrozen) return Promise.reject(new SpaceError('FROZEN', 'nobody can change this'))
    return this.core.own(() =>
      this.core.parts.writer.writeData({ session: this.core.session, items }),
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
    return this.write([{ type: 'remove', name, tags: this.core.parts.sets.tags(name, element) }])
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
    const { batcher } = this.core
    if (batcher === undefined || batcher.isEmpty) return
    try {
      await this.core.own(() => this.#writeEdits(batcher))
    } catch (error) {
      batcher.retry()
      throw error
    }
  }

  async #writeEdits(batcher: Batcher): Promise<Taken[]> {
    const { parts, session, contents, events, missingOpenKeys } = this.core
    const role = this.core.roles.get(parts.me)
    if (missingOpenKeys.length > 0 && (role === 'write' || role === 'admin')) {
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
