import { concatBytes } from '@noble/hashes/utils.js'
import { inOrder, type Node } from '../authority/node.ts'
import type { Keyring } from '../keys/keyring.ts'
import { keyAt, openBody } from '../keys/sealed-body.ts'
import type { Log, Taken } from '../log/log.ts'
import type { Fold } from './fold.ts'
import { type Data, readData } from './items.ts'

/** Why an accepted entry has no effect, for everybody alike. */
export type VoidReason = 'UNREADABLE' | 'MALFORMED' | 'TWIN'

/** What {@link Contents} reports. */
export interface ContentsHooks {
  /** An accepted entry has no effect. */
  voided(id: string, reason: VoidReason): void
  /** Content waits for a key that is not here. */
  keyMissing(): void
}

/** Opens accepted entries and hands them to what they add up to. */
export class Contents {
  readonly #log: Log
  readonly #ring: Keyring
  readonly #folds: readonly Fold[]
  readonly #hooks: ContentsHooks
  /** Chains with an entry that waits for a key: what follows in them waits as well. */
  readonly #waiting = new Set<string>()
  /** Whether somebody said two things under one number, so that order decides. */
  #hasTwins = false

  constructor(log: Log, ring: Keyring, folds: readonly Fold[], hooks: ContentsHooks) {
    this.#log = log
    this.#ring = ring
    this.#folds = folds
    this.#hooks = hooks
  }

  /** Whether something accepted cannot be read yet. */
  get isWaiting(): boolean {
    return this.#waiting.size > 0
  }

  /** Follows what new entries changed. */
  async follow(taken: readonly Taken[]): Promise<void> {
    const accepted = taken.flatMap(({ change }) => change.accepted)
    this.#hasTwins ||= taken.some(({ change }) => change.forked)
    if (taken.some(({ change }) => change.dropped.length > 0) || this.#hasTwins) {
      if (accepted.length > 0 || taken.some(({ change }) => change.dropped.length > 0)) {
        await this.rebuild()
      }
      return
    }
    for (const node of accepted) {
      const data = await this.#read(node)
      if (data !== undefined) this.#hand(node, data)
    }
    for (const fold of this.#folds) fold.settle?.()
  }

  /** Begins again, in the common order. */
  async rebuild(): Promise<void> {
    this.#waiting.clear()
    const said = new Set<string>()
    const opened: [Node, Data][] = []
    for (const node of [...this.#log.authority.accepted].sort(inOrder)) {
      const number = `${node.chain}/${node.statement.seq}`
      if (said.has(number)) {
        this.#hooks.voided(node.statement.id, 'TWIN')
        continue
      }
      said.add(number)
      const data = await this.#read(node)
      if (data !== undefined) opened.push([node, data])
    }
    // At once, so that nobody sees half of it.
    for (const fold of this.#folds) fold.reset()
    for (const [node, data] of opened) this.#hand(node, data)
    for (const fold of this.#folds) fold.settle?.()
  }

  /** Hands content up to an entry to other folds, as far as it can be read. */
  async replay(until: Node, folds: readonly Fold[]): Promise<void> {
    const { authority } = this.#log
    const nodes = [...authority.accepted]
      .filter((node) => node === until || authority.isBefore(node, until))
      .sort(inOrder)
    const said = new Set<string>()
    for (const node of nodes) {
      const number = `${node.chain}/${node.statement.seq}`
      const data = said.has(number) ? undefined : await this.#read(node)
      said.add(number)
      if (data !== undefined) for (const fold of folds) fold.apply(node, data)
    }
  }

  async #read(node: Node): Promise<Data | undefined> {
    const entry = this.#log.get(node.statement.id)
    return entry?.content.kind === 'data' ? this.#open(node, entry.content.body) : undefined
  }

  #hand(node: Node, data: Data): void {
    for (const fold of this.#folds) fold.apply(node, data)
  }

  async #open(node: Node, body: Uint8Array): Promise<Data | undefined> {
    const { id } = node.statement
    if (this.#waiting.has(node.chain)) return undefined
    let bytes: Uint8Array | undefined = body
    if (this.#log.genesis.content.isPrivate) {
      const place = this.#placeOf(node)
      const key = keyAt(this.#ring, place)
      if (key === undefined) {
        this.#waiting.add(node.chain)
        this.#hooks.keyMissing()
        return undefined
      }
      bytes = await openBody(body, key, place)
    }
    if (bytes === undefined) {
      this.#hooks.voided(id, 'UNREADABLE')
      return undefined
    }
    try {
      return readData(bytes)
    } catch {
      this.#hooks.voided(id, 'MALFORMED')
      return undefined
    }
  }

  #placeOf(node: Node): Parameters<typeof keyAt>[1] {
    const { authority, space } = this.#log
    const { id, author } = node.statement
    const entry = this.#log.get(id)
    if (entry === undefined) throw new RangeError(`no entry ${id}`)
    const header = concatBytes(entry.place, entry.rest.subarray(0, entry.headBytes))
    return { space, author, header, view: authority.viewAt(node) }
  }
}
