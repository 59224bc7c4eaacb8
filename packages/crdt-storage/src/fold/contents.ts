import { inOrder, type Node } from '../authority/node.ts'
import type { Snapshot } from '../compaction/snapshots.ts'
import type { Keyring } from '../keys/keyring.ts'
import { openKeyIds } from '../keys/sealed-body.ts'
import type { Log, Taken } from '../log/log.ts'
import type { Fold } from './fold.ts'
import { type Data, readData } from './items.ts'
import { openNode } from './open-node.ts'
import type { State } from './state.ts'

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
  readonly #minAttesters: number
  /** Chains with an entry that waits for a key: what follows in them waits as well. */
  readonly #waiting = new Set<string>()
  /** Names of keys that the first such entries wait for. */
  readonly #lacking = new Set<string>()
  /** Whether somebody said two things under one number, so that order decides. */
  #hasTwins = false

  constructor(
    log: Log,
    ring: Keyring,
    folds: readonly Fold[],
    hooks: ContentsHooks,
    minAttesters: number,
  ) {
    this.#log = log
    this.#ring = ring
    this.#folds = folds
    this.#hooks = hooks
    this.#minAttesters = minAttesters
  }

  /** Whether something accepted cannot be read yet. */
  get isWaiting(): boolean {
    return this.#waiting.size > 0
  }

  /** Names of keys that accepted content waits for: also of epochs that closed, or count no more. */
  get lackedKeys(): string[] {
    return [...this.#lacking].filter((id) => !this.#ring.has(id))
  }

  /** Follows what new entries changed. */
  async follow(taken: readonly Taken[]): Promise<void> {
    const accepted = taken.flatMap(({ change }) => change.accepted)
    this.#hasTwins ||= taken.some(({ change }) => change.forked)
    const isSnapshot = accepted.some(({ statement: { act } }) => /snapshot|attest/.test(act.kind))
    const isNeeded = this.isWaiting || accepted.some((node) => this.#isStub(node))
    if (isSnapshot && isNeeded) return this.rebuild()
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
    this.#lacking.clear()
    const { state, opened } = await this.#collect(undefined, (id) => this.#hooks.voided(id, 'TWIN'))
    // At once, so that nobody sees half of it.
    for (const fold of this.#folds) fold.reset()
    if (state !== undefined) for (const fold of this.#folds) fold.restore(state)
    for (const [node, data] of opened) this.#hand(node, data)
    for (const fold of this.#folds) fold.settle?.()
  }

  /**
   * Hands content up to an entry to other folds, as far as it can be read.
   * @param until none for all of it
   */
  async replay(until: Node | undefined, folds: readonly Fold[]): Promise<void> {
    const { state, opened } = await this.#collect(until, () => {})
    if (state !== undefined) for (const fold of folds) fold.restore(state)
    for (const [node, data] of opened) for (const fold of folds) fold.apply(node, data)
  }

  async #collect(
    until: Node | undefined,
    twin: (id: string) => void,
  ): Promise<{ state: State | undefined; opened: [Node, Data][] }> {
    const { authority } = this.#log
    const nodes = [...authority.accepted]
      .filter((node) => !until || node === until || authority.isBefore(node, until))
      .sort(inOrder)
    const base = nodes.some((node) => this.#isStub(node))
      ? await this.#snapshotOf(nodes)
      : undefined
    const said = new Set<string>()
    const opened: [Node, Data][] = []
    for (const node of nodes) {
      const number = `${node.chain}/${node.statement.seq}`
      if (said.has(number)) {
        twin(node.statement.id)
        continue
      }
      said.add(number)
      if (base !== undefined && authority.isBefore(node, base.from)) continue
      const data = await this.#read(node)
      if (data !== undefined) opened.push([node, data])
    }
    return { state: base?.state, opened }
  }

  /** What stands for entries whose bodies are gone. Loaded on need. */
  async #snapshotOf(nodes: readonly Node[]): Promise<Snapshot | undefined> {
    const { Snapshots } = await import('../compaction/snapshots.ts')
    return new Snapshots(this.#log, this.#ring, this.#minAttesters).latest(nodes)
  }

  #isStub({ statement: { id } }: Node): boolean {
    const entry = this.#log.get(id)
    return entry?.isStub === true && entry.content.kind === 'data'
  }

  async #read(node: Node): Promise<Data | undefined> {
    const entry = this.#log.get(node.statement.id)
    if (entry?.content.kind !== 'data') return undefined
    const { body } = entry.content
    if (body !== undefined) return this.#open(node, body)
    this.#waiting.add(node.chain) // for a snapshot
    return undefined
  }

  #hand(node: Node, data: Data): void {
    for (const fold of this.#folds) fold.apply(node, data)
  }

  async #open(node: Node, body: Uint8Array): Promise<Data | undefined> {
    const { id } = node.statement
    if (this.#waiting.has(node.chain)) return undefined
    const opened = await openNode(node, body, this.#log, this.#ring)
    if (opened === 'no key') {
      this.#waiting.add(node.chain)
      for (const keyId of openKeyIds(this.#log.authority.viewAt(node))) this.#lacking.add(keyId)
      this.#hooks.keyMissing()
      return undefined
    }
    if (opened === undefined) {
      this.#hooks.voided(id, 'UNREADABLE')
      return undefined
    }
    try {
      return readData(opened)
    } catch {
      this.#hooks.voided(id, 'MALFORMED')
      return undefined
    }
  }
}
