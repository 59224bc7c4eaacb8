import type { Node } from '../authority/node.ts'
import type { Fold } from '../fold/fold.ts'
import type { Data } from '../fold/items.ts'
import { Pieces } from '../fold/pieces.ts'
import type { State } from '../fold/state.ts'
import type { DocumentEngine } from './engine.ts'
import { Spans } from './spans.ts'

/** What {@link Documents} takes from its space. */
export interface DocumentsHooks {
  /** The number an author's changes go by. */
  clientOf(author: string, via: string, session: number): number
  /** The number of local changes. */
  ownClient(): number
  /** Whether an entry holds local changes of this session, which its documents have already. */
  isOwn(node: Node, session: number): boolean
  /** A document was edited here. */
  edited(name: string, update: Uint8Array): void
  /** A document changed through others. */
  changed(name: string): void
  /** Something accepted was taken back: the document is another object now. */
  replaced(name: string): void
  /** An accepted update has no effect. */
  voided(id: string): void
}

interface Open {
  readonly doc: unknown
  readonly close: () => void
}

/** Documents of an engine, out of accepted updates. */
export class Documents implements Fold {
  readonly #engine: DocumentEngine
  readonly #hooks: DocumentsHooks
  readonly #spans: Spans
  readonly #open = new Map<string, Open>()
  /** Updates of documents that are not open, and of others since the last {@link Documents.settle}. */
  readonly #updates = new Map<string, Uint8Array[]>()
  readonly #pieces = new Pieces()
  readonly #touched = new Set<string>()
  #isReset = false

  constructor(engine: DocumentEngine, hooks: DocumentsHooks) {
    this.#engine = engine
    this.#hooks = hooks
    this.#spans = new Spans(engine)
  }

  /** Names of all documents somebody wrote to, or that are open. */
  get names(): string[] {
    return [...new Set([...this.#updates.keys(), ...this.#open.keys()])]
  }

  /** The document of a name: the same object until it is replaced. */
  get(name: string): unknown {
    const known = this.#open.get(name)
    if (known !== undefined) return known.doc
    return this.#make(name).doc
  }

  /** Local changes go by another number from now on. */
  setClient(client: number): void {
    for (const { doc } of this.#open.values()) this.#engine.setClient(doc, client)
  }

  /** Documents are saved from a replay, which keeps all their updates. */
  save(): void {}

  restore({ updates, spans, openUpdates }: State): void {
    this.#spans.restore(spans)
    this.#pieces.restore(openUpdates)
    for (const [name, all] of updates) {
      this.#updates.set(name, [...all])
      this.#touched.add(name)
    }
  }

  reset(): void {
    this.#spans.reset()
    this.#updates.clear()
    this.#pieces.clear()
    this.#isReset = true
  }

  apply(node: Node, { session, items }: Data): void {
    for (const item of items) {
      if (item.type !== 'update') continue
      const { author, via, id } = node.statement
      const client = this.#hooks.clientOf(author, via, session)
      const update = this.#pieces.take(`${client}/${item.name}`, item.bytes, item.more)
      if (update === undefined) continue
      if (!this.#spans.take(item.name, client, update)) this.#hooks.voided(id)
      else if (this.#isReset || !this.#hooks.isOwn(node, session) || !this.#open.has(item.name)) {
        const updates = this.#updates.get(item.name) ?? []
        updates.push(update)
        this.#updates.set(item.name, updates)
        this.#touched.add(item.name)
      }
    }
  }

  settle(): void {
    if (this.#isReset) {
      this.#isReset = false
      this.#touched.clear()
      for (const name of [...this.#open.keys()]) {
        this.#close(name)
        this.#make(name)
        this.#hooks.replaced(name)
      }
      return
    }
    for (const name of this.#touched) {
      const open = this.#open.get(name)
      const updates = this.#updates.get(name)
      if (open !== undefined && updates !== undefined) {
        this.#updates.delete(name)
        this.#engine.apply(open.doc, updates)
      }
      this.#hooks.changed(name)
    }
    this.#touched.clear()
  }

  /** Lets go of all documents. */
  close(): void {
    for (const name of [...this.#open.keys()]) this.#close(name)
  }

  #make(name: string): Open {
    const doc = this.#engine.create()
    const updates = this.#updates.get(name)
    if (updates !== undefined) this.#engine.apply(doc, updates)
    this.#engine.setClient(doc, this.#hooks.ownClient())
    this.#updates.delete(name)
    const close = this.#engine.onLocalUpdate(doc, (update) => this.#hooks.edited(name, update))
    const open = { doc, close }
    this.#open.set(name, open)
    return open
  }

  #close(name: string): void {
    const open = this.#open.get(name)
    this.#open.delete(name)
    open?.close()
    if (open !== undefined) this.#engine.destroy(open.doc)
  }
}
