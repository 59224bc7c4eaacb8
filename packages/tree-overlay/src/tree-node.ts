import { type Unsubscribe, wholeNumber } from '@pigeon/transport'
import type { PeerId } from '@pigeon/xor'
import type { Channel } from './channel.ts'
import { Core } from './core.ts'
import { TreeError, type TreeErrorCode } from './errors.ts'
import type { Summary, TreeEvents } from './events.ts'
import { Why } from './join-request.ts'
import { joinError } from './joining.ts'
import { MAX_TICKET_BYTES, type TreeOptions } from './options.ts'
import { Parts } from './parts.ts'
import type { Reducer, Reduction } from './reductions.ts'
import type { TreeStats } from './tree-stats.ts'

/** Told once, without an error if all went well. */
export type Done = (error?: TreeError) => void

/**
 * One node of a tree: the root, or one that joined it.
 *
 * Invariants: at most one parent and `maxDegree` children and candidates; a node moves with all its
 * subtree or as a leaf; whoever finds itself on its own way to the root leaves its parent.
 */
export class TreeNode {
  readonly #core: Core
  readonly #parts: Parts
  readonly #unsubscribe: Unsubscribe
  #joined: Done | undefined

  /** @throws RangeError that names the option and what it got */
  constructor(options: TreeOptions) {
    const ticketBytes = options.ticket?.length ?? 0
    wholeNumber('bytes of the ticket', ticketBytes, 0, MAX_TICKET_BYTES)
    const core = new Core(options)
    this.#core = core
    this.#parts = new Parts(core, {
      joined: () => this.#hasJoined(),
      crowned: () => this.#crowned(),
      deposed: () => this.#deposed(),
      beat: () => this.#beat(),
    })
    this.#unsubscribe = options.bootstrap.on('letter', (from, letter) =>
      this.#parts.mail.take(from, letter),
    )
  }

  /** The id of this node. */
  get id(): PeerId {
    return this.#core.self
  }

  /** Children and candidates at most. */
  get maxDegree(): number {
    return this.#core.limits.maxDegree
  }

  /** The way up; `null` for the root, and while there is none. */
  get parent(): Channel | null {
    return this.#core.parent?.channel ?? null
  }

  /** The ways down, by the id of the child. A copy. */
  get children(): ReadonlyMap<PeerId, Channel> {
    return new Map([...this.#parts.places.children].map(([id, child]) => [id, child.channel]))
  }

  get childrenNb(): number {
    return this.#parts.places.children.size
  }

  get isRoot(): boolean {
    return this.#core.isRoot
  }

  /** The root, as last heard; `undefined` before. */
  get root(): PeerId | undefined {
    return this.#core.root
  }

  /** Which change of roots it came with; 0 before any was heard of. */
  get term(): number {
    return this.#core.term
  }

  /** From the root to the parent, as last heard. */
  get path(): readonly PeerId[] {
    return this.#core.isRoot ? [] : this.#core.path
  }

  /** Whether the root was heard of lately, over links. */
  get isAttached(): boolean {
    return this.#core.isRoot || (this.#core.parent !== undefined && this.#core.isFresh)
  }

  /** What is below, this node included, as far as it was told. */
  get summary(): Summary {
    return this.#parts.rollUp.summary
  }

  getStats(): TreeStats {
    const { accepted, passed, stored, dropped, refused } = this.#parts.admission.counts
    return {
      requests: this.#parts.joining.requests,
      accepted,
      passed,
      stored,
      dropped,
      refused,
      orders: this.#parts.vacancies.orders,
      pulls: this.#parts.pullUp.asked,
      rejected: this.#core.rejected,
    }
  }

  on<E extends keyof TreeEvents>(event: E, listener: TreeEvents[E]): Unsubscribe {
    return this.#core.events.on(event, listener)
  }

  /**
   * Becomes root, if nobody is, and takes requests from then on. Returns at once.
   * @param done is told when it is root, or `TREE_TAKEN` or `TREE_TIMEOUT`
   */
  becomeRoot(done?: Done): this {
    this.#start()
    this.#parts.reigning.stand((code) => {
      done?.(code && new TreeError(code, CANNOT_REIGN[code] ?? 'cannot be root'))
    })
    return this
  }

  /**
   * Joins the tree, and stays in it: it looks for another parent by itself. Returns at once.
   * @param done is told when it has a parent, or `TREE_TIMEOUT` after `requestTimeoutMs`, or
   * `TREE_REFUSED`
   */
  join(done?: Done): this {
    this.#start()
    if (this.#core.isSeated) {
      done?.()
      return this
    }
    this.#joined = done ?? (() => {})
    const { requestTimeoutMs } = this.#core.limits
    this.#core.timers.set('join', requestTimeoutMs, () => this.#joinFailed('TREE_TIMEOUT'))
    this.#parts.joining.start({ why: Why.join, failed: (code) => this.#joinFailed(code) })
    return this
  }

  /**
   * Says something to all nodes below the root, each of which hears it once.
   * @throws TypeError unless this node is root
   * @throws RangeError if it does not fit a frame
   */
  broadcast(payload: Uint8Array): void {
    const { isRoot, options } = this.#core
    if (!isRoot) throw new TypeError('only the root broadcasts')
    const max = options.links.maxFrameBytes - 16
    if (payload.length > max) throw new RangeError(`at most ${max} bytes, got ${payload.length}`)
    this.#parts.broadcasts.send(payload)
  }

  /** Takes part in reductions of a topic. Call the result to stop. */
  onReduce(topic: string, reducer: Reducer): () => void {
    return this.#parts.reductions.serve(topic, reducer)
  }

  /**
   * Asks this node and all below for their part, and adds them up on the way.
   * @param options.query what they are asked, at most `reductionBytes`; default nothing
   * @param options.timeoutMs default 10 s
   * @throws RangeError if the topic or the query is too long, or too many run already
   */
  reduce(
    topic: string,
    done: (reduction: Reduction) => void,
    options: { readonly query?: Uint8Array; readonly timeoutMs?: number } = {},
  ): void {
    const { query = new Uint8Array(0), timeoutMs = 10_000 } = options
    const { reductionBytes, reductions } = this.#core.limits
    wholeNumber('bytes of the query', query.length, 0, reductionBytes)
    wholeNumber('timeoutMs', timeoutMs, 1, 2 ** 31)
    if (this.#parts.reductions.start(topic, query, timeoutMs, done)) return
    throw new RangeError(`at most ${reductions} reductions at once`)
  }

  /** Leaves: says goodbye, so that others close the gap, and ends for good. */
  close(): void {
    const core = this.#core
    if (core.closed) return
    core.closed = true
    this.#joined?.(new TreeError('TREE_CLOSED', 'closed while it was joining'))
    this.#joined = undefined
    this.#parts.reigning.resign()
    this.#parts.joining.stop()
    this.#parts.orphan.end()
    this.#parts.admission.close()
    this.#parts.family.close()
    core.timers.stopAll()
    this.#unsubscribe()
    core.events.emit('close')
    core.events.clear()
  }

  #start(): void {
    if (this.#core.closed) throw new TypeError('a closed node stays closed')
    this.#parts.heart.start()
  }

  #joinFailed(code: TreeErrorCode): void {
    this.#core.timers.stop('join')
    this.#parts.joining.stop()
    const done = this.#joined
    this.#joined = undefined
    done?.(joinError(code))
  }

  #hasJoined(): void {
    const joined = this.#joined
    this.#joined = undefined
    this.#core.timers.stop('join')
    joined?.()
  }

  #crowned(): void {
    const core = this.#core
    const { parent } = core
    this.#parts.joining.stop()
    this.#parts.orphan.end()
    if (parent !== undefined) this.#parts.family.part(parent)
    core.isRoot = true
    core.root = core.self
    core.path = []
    core.generation = 0
    core.seq = 0
    this.#parts.beacons.send()
    core.events.emit('root')
  }

  #deposed(): void {
    const core = this.#core
    core.isRoot = false
    core.freshAt = core.now()
    core.events.emit('deposed')
    this.#parts.orphan.joinAnywhere()
  }

  #beat(): void {
    const core = this.#core
    if (core.isRoot) this.#parts.beacons.send()
    else this.#parts.beacons.comfort()
    this.#parts.rollUp.report()
    this.#parts.rollUp.announce()
    this.#parts.reigning.beat()
    this.#parts.pullUp.beat()
  }
}

const CANNOT_REIGN: Partial<Record<TreeErrorCode, string>> = {
  TREE_TAKEN: 'the tree has a root already',
  TREE_TIMEOUT: 'nobody could tell in time who is root',
}
