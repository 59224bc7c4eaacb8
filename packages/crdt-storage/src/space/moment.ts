import type { Node } from '../authority/node.ts'
import { clientId } from '../documents/client-id.ts'
import type { DocumentEngine } from '../documents/engine.ts'
import { Spans } from '../documents/spans.ts'
import { Counters } from '../fold/counters.ts'
import type { Fold } from '../fold/fold.ts'
import type { Data } from '../fold/items.ts'
import { Pieces } from '../fold/pieces.ts'
import { Registers } from '../fold/registers.ts'
import { ObservedRemoveSets } from '../fold/sets.ts'
import { emptyState, type State } from '../fold/state.ts'
import type { Core } from './core.ts'

/** Updates of documents, put together again. */
class Updates implements Fold {
  readonly byName = new Map<string, Uint8Array[]>()
  readonly #pieces = new Pieces()
  readonly #spans: Spans
  readonly #clientOf: (node: Node, session: number) => number

  constructor(engine: DocumentEngine, clientOf: (node: Node, session: number) => number) {
    this.#spans = new Spans(engine)
    this.#clientOf = clientOf
  }

  save({ updates, spans, openUpdates }: State): void {
    for (const [name, all] of this.byName) updates.set(name, all)
    for (const [key, next] of this.#spans.next) spans.set(key, next)
    for (const [key, pieces] of this.#pieces.open) openUpdates.set(key, pieces)
  }

  restore({ updates, spans, openUpdates }: State): void {
    this.#spans.restore(spans)
    this.#pieces.restore(openUpdates)
    for (const [name, all] of updates) this.byName.set(name, [...all])
  }

  reset(): void {
    this.byName.clear()
  }

  apply(node: Node, { session, items }: Data): void {
    for (const item of items) {
      if (item.type !== 'update') continue
      const client = this.#clientOf(node, session)
      const update = this.#pieces.take(`${client}/${item.name}`, item.bytes, item.more)
      if (update === undefined || !this.#spans.take(item.name, client, update)) continue
      this.byName.set(item.name, [...(this.byName.get(item.name) ?? []), update])
    }
  }
}

/** What a space held when its content was exactly what an entry had seen. */
export class Moment {
  readonly #registers = new Registers(() => {})
  readonly #sets: ObservedRemoveSets
  readonly #counters = new Counters(() => {})
  readonly #updates: Updates | undefined
  readonly #engine: DocumentEngine | undefined
  /** What content is handed to. */
  readonly folds: readonly Fold[]

  constructor(options: {
    engine: DocumentEngine | undefined
    clientOf: (node: Node, session: number) => number
    isBefore: (id: string, node: Node) => boolean
  }) {
    const { engine, clientOf, isBefore } = options
    this.#engine = engine
    this.#sets = new ObservedRemoveSets(() => {}, isBefore)
    this.#updates = engine && new Updates(engine, clientOf)
    const folds: Fold[] = [this.#registers, this.#sets, this.#counters]
    this.folds = this.#updates === undefined ? folds : [...folds, this.#updates]
  }

  /** All of it, documents as one update each. */
  get state(): State {
    const state = emptyState()
    for (const fold of this.folds) fold.save(state)
    const engine = this.#engine
    if (engine === undefined) return state
    for (const name of state.updates.keys()) {
      const doc = this.doc(name)
      state.updates.set(name, [engine.snapshot(doc)])
      engine.destroy(doc)
    }
    return state
  }

  get(name: string): Uint8Array | undefined {
    return this.#registers.get(name)?.bytes
  }

  get keys(): string[] {
    return this.#registers.names
  }

  elements(name: string): Uint8Array[] {
    return this.#sets.elements(name)
  }

  count(name: string): number {
    return this.#counters.value(name)
  }

  /**
   * A document as it was, a copy of its own.
   * @throws TypeError if there is no engine
   */
  doc(name: string): unknown {
    if (this.#engine === undefined) throw new TypeError('documents need an engine')
    const doc = this.#engine.create()
    this.#engine.apply(doc, this.#updates?.byName.get(name) ?? [])
    return doc
  }
}

/**
 * Content as an entry had seen it, and with it.
 * @param until none for all there is
 */
export async function momentOf(
  { parts, contents, options }: Core,
  until: Node | undefined,
): Promise<Moment> {
  const { log } = parts
  const moment = new Moment({
    engine: options.engine,
    clientOf: ({ statement: { author, via } }, session) =>
      clientId(log.space, author, via, session),
    isBefore: (id, node) => {
      const other = log.authority.get(id)
      return other !== undefined && log.authority.isBefore(other, node)
    },
  })
  await contents.replay(until, moment.folds)
  return moment
}
