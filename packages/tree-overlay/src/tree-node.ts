import { type CloseReason, type Unsubscribe, wholeNumber } from '@pigeon/transport'
import type { PeerId } from '@pigeon/xor'
import { Admission, childOf } from './admission.ts'
import { Beacons } from './beacons.ts'
import { Broadcasts } from './broadcasts.ts'
import type { Channel } from './channel.ts'
import { Core } from './core.ts'
import { TreeError, type TreeErrorCode } from './errors.ts'
import type { Summary, TreeEvents } from './events.ts'
import { Heart } from './heart.ts'
import { type JoinRequest, Why } from './join-request.ts'
import { Joining, joinError, parentOf } from './joining.ts'
import { Kind } from './kind.ts'
import { Mail } from './mail.ts'
import type { Neighbour, NeighbourWorld } from './neighbour.ts'
import { MAX_TICKET_BYTES, type TreeOptions } from './options.ts'
import { Orphan } from './orphan.ts'
import { Places } from './places.ts'
import { Promotion } from './promotion.ts'
import { PullUp } from './pull-up.ts'
import { type Reducer, type Reduction, Reductions } from './reductions.ts'
import { Reigning } from './reign.ts'
import { RelayLinks } from './relay-links.ts'
import { RollUp } from './roll-up.ts'
import { decodeSeat, encodeLeave, encodeSeat, Leave } from './seat.ts'
import type { Slot } from './slot.ts'
import { decodeStatus } from './status.ts'
import { Streams } from './streams.ts'
import type { TreeLink } from './tree-links.ts'
import { Vacancies } from './vacancies.ts'

/** What a node counted. */
export interface TreeStats {
  /** Requests to join that this node sent. */
  readonly requests: number
  /** Requests that it took, passed on, and stored for a while. */
  readonly accepted: number
  readonly passed: number
  readonly stored: number
  /** Requests it had no room to store. */
  readonly dropped: number
  /** Requests whose ticket was not valid. */
  readonly refused: number
  /** Orders to take a dead child's place. */
  readonly orders: number
  /** Leaves asked to come nearer to the root. */
  readonly pulls: number
  /** Frames and letters that made no sense. */
  readonly rejected: number
}

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
  readonly #places: Places
  readonly #relays: RelayLinks
  readonly #admission: Admission
  readonly #joining: Joining
  readonly #vacancies: Vacancies
  readonly #promotion: Promotion
  readonly #orphan: Orphan
  readonly #beacons: Beacons
  readonly #broadcasts: Broadcasts
  readonly #reductions: Reductions
  readonly #streams: Streams
  readonly #rollUp: RollUp
  readonly #pullUp: PullUp
  readonly #reigning: Reigning
  readonly #heart: Heart
  readonly #neighbours: NeighbourWorld
  readonly #unsubscribe: Unsubscribe
  /** A parent whose first word has not come yet. */
  #arriving: { readonly parent: Neighbour; readonly nodes: number } | undefined
  #joined: Done | undefined

  /** @throws RangeError that names the option and what it got */
  constructor(options: TreeOptions) {
    const ticketBytes = options.ticket?.length ?? 0
    wholeNumber('bytes of the ticket', ticketBytes, 0, MAX_TICKET_BYTES)
    const core = new Core(options)
    const places = new Places(core)
    this.#core = core
    this.#places = places
    this.#relays = new RelayLinks(options.bootstrap, options.clock, () => core.name())
    this.#rollUp = new RollUp(core, places)
    this.#pullUp = new PullUp(core, places)
    this.#broadcasts = new Broadcasts(core, places)
    this.#reductions = new Reductions(core, places)
    this.#streams = new Streams(core)
    this.#vacancies = new Vacancies(core, places)
    this.#neighbours = {
      frame: (from, frame) => this.#frame(from, frame),
      closed: (neighbour, reason) => this.#lost(neighbour, reason),
      drain: (neighbour) => this.#drained(neighbour),
      destroy: (neighbour) => this.#dismiss(neighbour),
      open: (neighbour, done) => this.#streams.open(neighbour, done),
    }
    this.#admission = new Admission(core, places, {
      relays: this.#relays,
      vacancy: (dead, generation) => this.#vacancies.place(dead, generation),
      vacancyFailed: (vacancy) => this.#vacancies.failed(vacancy),
      heir: (dead, generation) => this.#promotion.confirmed(dead, generation),
      lost: (child) => this.#returned(child),
      connected: (slot, link, join) => this.#childConnected(slot, link, join),
    })
    this.#joining = new Joining(core, {
      relays: this.#relays,
      subtree: () => ({ nodes: 1 + places.estimate, height: this.#rollUp.summary.height }),
      connected: (parent, link, asked) => this.#arrived(parent, link, asked),
    })
    this.#orphan = new Orphan(core, {
      joining: this.#joining,
      spares: () => (places.isEmpty ? [core.self] : this.#rollUp.spares()),
      leave: () => {
        if (core.parent !== undefined) this.#lost(core.parent, 'timeout')
      },
    })
    this.#promotion = new Promotion(core, places, {
      isOrphanOf: (dead) => this.#orphan.dead === dead,
      take: (owner, dead, generation) => this.#take(owner, dead, generation),
    })
    this.#beacons = new Beacons(core, places, {
      looped: (parent) => {
        this.#part(parent)
        this.#orphan.joinAnywhere()
      },
    })
    this.#reigning = new Reigning(core, {
      crowned: () => this.#crowned(),
      deposed: () => this.#deposed(),
    })
    this.#heart = new Heart(core, places, {
      silent: (neighbour, reason) => this.#lost(neighbour, reason),
      beat: () => this.#beat(),
    })
    const mail = new Mail(core, {
      admission: this.#admission,
      joining: this.#joining,
      places,
      vacancies: this.#vacancies,
      promotion: this.#promotion,
      orphan: this.#orphan,
      relays: this.#relays,
      gone: (child) => this.#lost(child, 'timeout'),
    })
    this.#unsubscribe = options.bootstrap.on('letter', (from, letter) => mail.take(from, letter))
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
    return new Map([...this.#places.children].map(([id, child]) => [id, child.channel]))
  }

  get childrenNb(): number {
    return this.#places.children.size
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
    return this.#rollUp.summary
  }

  getStats(): TreeStats {
    const { accepted, passed, stored, dropped, refused } = this.#admission.counts
    return {
      requests: this.#joining.requests,
      accepted,
      passed,
      stored,
      dropped,
      refused,
      orders: this.#vacancies.orders,
      pulls: this.#pullUp.asked,
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
    this.#reigning.stand((code) => {
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
    this.#joining.start({ why: Why.join, failed: (code) => this.#joinFailed(code) })
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
    this.#broadcasts.send(payload)
  }

  /** Takes part in reductions of a topic. Call the result to stop. */
  onReduce(topic: string, reducer: Reducer): () => void {
    return this.#reductions.serve(topic, reducer)
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
    if (this.#reductions.start(topic, query, timeoutMs, done)) return
    throw new RangeError(`at most ${reductions} reductions at once`)
  }

  /** Leaves: says goodbye, so that others close the gap, and ends for good. */
  close(): void {
    const core = this.#core
    if (core.closed) return
    core.closed = true
    this.#joined?.(new TreeError('TREE_CLOSED', 'closed while it was joining'))
    this.#joined = undefined
    this.#reigning.resign()
    this.#joining.stop()
    this.#orphan.end()
    this.#admission.close()
    this.#arriving?.parent.end()
    const { parent } = core
    core.parent = undefined
    core.isRoot = false
    for (const neighbour of [...this.#places.children.values(), ...(parent ? [parent] : [])]) {
      neighbour.sendFrame(encodeLeave(Leave.closing))
      this.#farewell(neighbour, undefined)
    }
    this.#places.children.clear()
    core.timers.stopAll()
    this.#unsubscribe()
    core.events.emit('close')
    core.events.clear()
  }

  #start(): void {
    if (this.#core.closed) throw new TypeError('a closed node stays closed')
    this.#heart.start()
  }

  #joinFailed(code: TreeErrorCode): void {
    this.#core.timers.stop('join')
    this.#joining.stop()
    const done = this.#joined
    this.#joined = undefined
    done?.(joinError(code))
  }

  #crowned(): void {
    const core = this.#core
    const { parent } = core
    this.#joining.stop()
    this.#orphan.end()
    if (parent !== undefined) this.#part(parent)
    core.isRoot = true
    core.root = core.self
    core.path = []
    core.generation = 0
    core.seq = 0
    this.#beacons.send()
    core.events.emit('root')
  }

  #deposed(): void {
    const core = this.#core
    core.isRoot = false
    core.freshAt = core.now()
    core.events.emit('deposed')
    this.#orphan.joinAnywhere()
  }

  #beat(): void {
    const core = this.#core
    if (core.isRoot) this.#beacons.send()
    else this.#beacons.comfort()
    this.#rollUp.report()
    this.#rollUp.announce()
    this.#reigning.beat()
    this.#pullUp.beat()
  }

  #frame(from: Neighbour, frame: Uint8Array): void {
    const core = this.#core
    from.heardAt = core.now()
    try {
      if (from === this.#arriving?.parent) this.#seated(from, frame)
      else if (from === core.parent) this.#fromParent(from, frame)
      else if (core.closed || this.#places.children.get(from.peer) !== from) core.rejected++
      else this.#fromChild(from, frame)
    } catch {
      core.rejected++
    }
  }

  #fromParent(parent: Neighbour, frame: Uint8Array): void {
    switch (frame[0]) {
      case Kind.data:
        this.#data(parent, frame)
        return
      case Kind.pulse:
        this.#beacons.received(parent, frame)
        return
      case Kind.join:
        this.#admission.request(frame, undefined)
        return
      case Kind.broadcast:
        this.#broadcasts.received(frame)
        return
      case Kind.ask:
        this.#reductions.asked(parent, frame)
        return
      case Kind.stream:
        this.#streams.received(parent, frame)
        return
      case Kind.leave:
        this.#lost(parent, frame[1] === Leave.dismissed ? 'rejected' : 'bye')
        return
      default:
        this.#core.rejected++
    }
  }

  #fromChild(child: Neighbour, frame: Uint8Array): void {
    switch (frame[0]) {
      case Kind.data:
        this.#data(child, frame)
        return
      case Kind.status:
        child.status = decodeStatus(frame)
        return
      case Kind.attach:
        this.#broadcasts.attached(child, frame)
        return
      case Kind.sum:
        this.#reductions.answered(child, frame)
        return
      case Kind.stream:
        this.#streams.received(child, frame)
        return
      case Kind.leave:
        this.#lost(child, frame[1] === Leave.moved ? 'local' : 'bye')
        return
      default:
        this.#core.rejected++
    }
  }

  #data(from: Neighbour, frame: Uint8Array): void {
    const data = frame.subarray(1)
    this.#core.events.emit('data', data, from.channel, from.isParent)
    from.channel.emit('data', data)
  }

  #drained(neighbour: Neighbour): void {
    const slot = this.#places.slotOf(neighbour)
    if (slot !== undefined) this.#admission.flush(slot)
    this.#broadcasts.drained(neighbour)
    neighbour.channel.emit('drain')
  }

  /** The link to a parent is open; the parent speaks first. */
  #arrived(peer: PeerId, link: TreeLink, asked: { relayed: boolean; nodes: number }): void {
    const core = this.#core
    const parent = parentOf(core, peer, link, asked.relayed, this.#neighbours)
    this.#arriving = { parent, nodes: asked.nodes }
    core.timers.set('arrive', core.patient(core.limits.silenceMs), () =>
      this.#lost(parent, 'timeout'),
    )
  }

  #seated(parent: Neighbour, frame: Uint8Array): void {
    const core = this.#core
    const generation = decodeSeat(frame)
    const { nodes } = this.#arriving as { nodes: number }
    this.#arriving = undefined
    core.timers.stop('arrive')
    if (core.parent !== undefined) this.#part(core.parent)
    core.parent = parent
    core.generation = generation
    core.seen = nodes - 1
    core.freshAt = core.now()
    this.#orphan.end()
    parent.sendFrame(this.#broadcasts.position())
    if (!this.#places.isEmpty) this.#rollUp.report()
    core.events.emit('parent-connect', parent.channel)
    const joined = this.#joined
    this.#joined = undefined
    core.timers.stop('join')
    joined?.()
  }

  #childConnected(slot: Slot, link: TreeLink, join: JoinRequest): void {
    const child = childOf(this.#core, link, join, this.#neighbours)
    const { vacancy } = slot
    child.generation = vacancy?.generation ?? 0
    slot.child = child
    this.#places.children.set(child.peer, child)
    if (vacancy !== undefined) this.#vacancies.filled(slot)
    this.#broadcasts.connected(child)
    child.sendFrame(encodeSeat(child.generation))
    this.#beacons.greet(child)
    this.#core.events.emit('child-connect', child.channel)
  }

  /** A neighbour is gone, or says that it goes. */
  #lost(neighbour: Neighbour, reason: CloseReason): void {
    const core = this.#core
    if (neighbour === this.#arriving?.parent) {
      this.#arriving = undefined
      core.timers.stop('arrive')
      neighbour.end()
      if (core.parent === undefined) this.#orphan.joinAnywhere()
    } else if (neighbour === core.parent) this.#parentLost(neighbour, reason)
    else if (this.#places.children.get(neighbour.peer) === neighbour) {
      this.#childLost(neighbour, reason)
    }
  }

  #parentLost(parent: Neighbour, reason: CloseReason): void {
    const core = this.#core
    core.parent = undefined
    this.#farewell(parent, reason)
    if (core.closed) return
    if (reason === 'rejected') this.#orphan.joinAnywhere(parent.peer)
    else if (!this.#promotion.parentLost(parent.peer)) this.#orphan.begin(parent.peer)
  }

  #childLost(child: Neighbour, reason: CloseReason): void {
    const slot = this.#places.slotOf(child)
    this.#places.children.delete(child.peer)
    if (slot !== undefined) slot.child = undefined
    this.#farewell(child, reason)
    if (this.#core.closed) return
    // Who moves takes its subtree along; who closes, or dies, leaves it behind.
    if (reason !== 'local') this.#vacancies.lost(slot, child)
    if (slot !== undefined) this.#admission.empty(slot)
    for (const run of child.early) run()
  }

  /** A child that asks to be taken again: its side of the link is gone. */
  #returned(child: Neighbour): void {
    this.#childLost(child, 'local')
  }

  /** The application sends a neighbour away. */
  #dismiss(neighbour: Neighbour): void {
    neighbour.sendFrame(encodeLeave(neighbour.isParent ? Leave.moved : Leave.dismissed))
    this.#lost(neighbour, neighbour.isParent ? 'rejected' : 'local')
  }

  /** Leaves a parent with all that is below. */
  #part(parent: Neighbour): void {
    parent.sendFrame(encodeLeave(Leave.moved))
    this.#core.parent = undefined
    this.#farewell(parent, undefined)
  }

  /** Lets go of a neighbour. */
  #farewell(neighbour: Neighbour, reason: CloseReason | undefined): void {
    const { events } = this.#core
    const { channel, isParent } = neighbour
    neighbour.end()
    this.#streams.forget(neighbour)
    if (!isParent) {
      this.#broadcasts.forget(neighbour)
      this.#reductions.forget(neighbour)
    }
    if (reason === 'failed' || reason === 'timeout') {
      const error = new TreeError('TREE_LINK', `the link to ${neighbour.peer} ended: ${reason}`)
      events.emit(isParent ? 'parent-error' : 'child-error', channel, error)
      channel.emit('error', error)
    }
    events.emit(isParent ? 'parent-close' : 'child-close', channel)
    channel.emit('close')
  }

  /** Takes a dead node's place. */
  #take(owner: PeerId, dead: PeerId, generation: number): void {
    const { parent, path } = this.#core
    if (parent !== undefined) this.#part(parent)
    this.#orphan.end()
    // Where it is going: its former parent may soon be below it.
    this.#core.path = path.slice(0, Math.max(0, path.indexOf(dead)))
    this.#joining.start({
      why: Why.promote,
      target: owner,
      dead,
      generation,
      failed: () => this.#orphan.joinAnywhere(),
    })
  }
}

const CANNOT_REIGN: Partial<Record<TreeErrorCode, string>> = {
  TREE_TAKEN: 'the tree has a root already',
  TREE_TIMEOUT: 'nobody could tell in time who is root',
}
