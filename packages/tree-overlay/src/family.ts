import type { CloseReason } from '@pigeon/transport'
import type { PeerId } from '@pigeon/xor'
import { type Admission, childOf } from './admission.ts'
import type { Beacons } from './beacons.ts'
import type { Broadcasts } from './broadcasts.ts'
import type { Core } from './core.ts'
import { TreeError } from './errors.ts'
import { type JoinRequest, Why } from './join-request.ts'
import { type Joining, parentOf } from './joining.ts'
import type { Neighbour, NeighbourWorld } from './neighbour.ts'
import type { Orphan } from './orphan.ts'
import type { Places } from './places.ts'
import type { Promotion } from './promotion.ts'
import type { Reductions } from './reductions.ts'
import type { RollUp } from './roll-up.ts'
import { decodeSeat, encodeLeave, encodeSeat, Leave } from './seat.ts'
import type { Slot } from './slot.ts'
import type { Streams } from './streams.ts'
import type { TreeLink } from './tree-links.ts'
import type { Vacancies } from './vacancies.ts'

/** What {@link Family} needs of the other parts. */
export interface FamilyParts {
  readonly core: Core
  readonly places: Places
  readonly admission: Admission
  readonly joining: Joining
  readonly vacancies: Vacancies
  readonly promotion: Promotion
  readonly orphan: Orphan
  readonly beacons: Beacons
  readonly broadcasts: Broadcasts
  readonly reductions: Reductions
  readonly streams: Streams
  readonly rollUp: RollUp
}

/** What {@link Family} tells. */
export interface FamilyWorld {
  frame(from: Neighbour, frame: Uint8Array): void
  /** There is a parent. */
  joined(): void
}

/** Parent and children: how they come and go. */
export class Family {
  readonly #parts: FamilyParts
  readonly #world: FamilyWorld
  readonly #neighbours: NeighbourWorld
  /** A parent whose first word has not come yet. */
  #arriving: { readonly parent: Neighbour; readonly nodes: number } | undefined

  constructor(parts: FamilyParts, world: FamilyWorld) {
    this.#parts = parts
    this.#world = world
    this.#neighbours = {
      frame: (from, frame) => world.frame(from, frame),
      closed: (neighbour, reason) => this.lost(neighbour, reason),
      drain: (neighbour) => this.drained(neighbour),
      destroy: (neighbour) => this.dismiss(neighbour),
      open: (neighbour, done) => parts.streams.open(neighbour, done),
    }
  }

  /** Whether this is a parent whose first word is still to come. */
  isArriving(neighbour: Neighbour): boolean {
    return neighbour === this.#arriving?.parent
  }

  /** Says goodbye to all, so that others close the gap. */
  close(): void {
    const { core, places } = this.#parts
    this.#arriving?.parent.end()
    const { parent } = core
    core.parent = undefined
    core.isRoot = false
    for (const neighbour of [...places.children.values(), ...(parent ? [parent] : [])]) {
      neighbour.sendFrame(encodeLeave(Leave.closing))
      this.#farewell(neighbour, undefined)
    }
    places.children.clear()
  }

  /** It takes data again. */
  drained(neighbour: Neighbour): void {
    const slot = this.#parts.places.slotOf(neighbour)
    if (slot !== undefined) this.#parts.admission.flush(slot)
    this.#parts.broadcasts.drained(neighbour)
    neighbour.channel.emit('drain')
  }

  /** The link to a parent is open; the parent speaks first. */
  arrived(peer: PeerId, link: TreeLink, asked: { relayed: boolean; nodes: number }): void {
    const core = this.#parts.core
    const parent = parentOf(core, peer, link, asked.relayed, this.#neighbours)
    this.#arriving = { parent, nodes: asked.nodes }
    core.timers.set('arrive', core.patient(core.limits.silenceMs), () =>
      this.lost(parent, 'timeout'),
    )
  }

  /** A parent's first word. @throws WireError */
  seated(parent: Neighbour, frame: Uint8Array): void {
    const core = this.#parts.core
    const generation = decodeSeat(frame)
    const { nodes } = this.#arriving as { nodes: number }
    this.#arriving = undefined
    core.timers.stop('arrive')
    if (core.parent !== undefined) this.part(core.parent)
    core.parent = parent
    core.generation = generation
    core.seen = nodes - 1
    core.freshAt = core.now()
    this.#parts.orphan.end()
    parent.sendFrame(this.#parts.broadcasts.position())
    if (!this.#parts.places.isEmpty) this.#parts.rollUp.report()
    core.events.emit('parent-connect', parent.channel)
    this.#world.joined()
  }

  /** The link to a child is open. */
  childConnected(slot: Slot, link: TreeLink, join: JoinRequest): void {
    const child = childOf(this.#parts.core, link, join, this.#neighbours)
    const { vacancy } = slot
    child.generation = vacancy?.generation ?? 0
    slot.child = child
    this.#parts.places.children.set(child.peer, child)
    if (vacancy !== undefined) this.#parts.vacancies.filled(slot)
    this.#parts.broadcasts.connected(child)
    child.sendFrame(encodeSeat(child.generation))
    this.#parts.beacons.greet(child)
    this.#parts.core.events.emit('child-connect', child.channel)
  }

  /** A neighbour is gone, or says that it goes. */
  lost(neighbour: Neighbour, reason: CloseReason): void {
    const core = this.#parts.core
    if (neighbour === this.#arriving?.parent) {
      this.#arriving = undefined
      core.timers.stop('arrive')
      neighbour.end()
      if (core.parent === undefined) this.#parts.orphan.joinAnywhere()
    } else if (neighbour === core.parent) this.#parentLost(neighbour, reason)
    else if (this.#parts.places.children.get(neighbour.peer) === neighbour) {
      this.#childLost(neighbour, reason)
    }
  }

  #parentLost(parent: Neighbour, reason: CloseReason): void {
    const core = this.#parts.core
    core.parent = undefined
    this.#farewell(parent, reason)
    if (core.closed) return
    if (reason === 'rejected') this.#parts.orphan.joinAnywhere(parent.peer)
    else if (!this.#parts.promotion.parentLost(parent.peer)) this.#parts.orphan.begin(parent.peer)
  }

  #childLost(child: Neighbour, reason: CloseReason): void {
    const slot = this.#parts.places.slotOf(child)
    this.#parts.places.children.delete(child.peer)
    if (slot !== undefined) slot.child = undefined
    this.#farewell(child, reason)
    if (this.#parts.core.closed) return
    // Who moves takes its subtree along; who closes, or dies, leaves it behind.
    if (reason !== 'local') this.#parts.vacancies.lost(slot, child)
    if (slot !== undefined) this.#parts.admission.empty(slot)
    for (const run of child.early) run()
  }

  /** A child that asks to be taken again: its side of the link is gone. */
  returned(child: Neighbour): void {
    this.#childLost(child, 'local')
  }

  /** The application sends a neighbour away. */
  dismiss(neighbour: Neighbour): void {
    neighbour.sendFrame(encodeLeave(neighbour.isParent ? Leave.moved : Leave.dismissed))
    this.lost(neighbour, neighbour.isParent ? 'rejected' : 'local')
  }

  /** Leaves a parent with all that is below. */
  part(parent: Neighbour): void {
    parent.sendFrame(encodeLeave(Leave.moved))
    this.#parts.core.parent = undefined
    this.#farewell(parent, undefined)
  }

  /** Lets go of a neighbour. */
  #farewell(neighbour: Neighbour, reason: CloseReason | undefined): void {
    const { events } = this.#parts.core
    const { channel, isParent } = neighbour
    neighbour.end()
    this.#parts.streams.forget(neighbour)
    if (!isParent) {
      this.#parts.broadcasts.forget(neighbour)
      this.#parts.reductions.forget(neighbour)
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
  take(owner: PeerId, dead: PeerId, generation: number): void {
    const { parent, path } = this.#parts.core
    if (parent !== undefined) this.part(parent)
    this.#parts.orphan.end()
    // Where it is going: its former parent may soon be below it.
    this.#parts.core.path = path.slice(0, Math.max(0, path.indexOf(dead)))
    this.#parts.joining.start({
      why: Why.promote,
      target: owner,
      dead,
      generation,
      failed: () => this.#parts.orphan.joinAnywhere(),
    })
  }
}
