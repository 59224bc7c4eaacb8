import type { CloseReason, SendResult } from '@pigeon/transport'
import type { PeerId } from '@pigeon/xor'
import { Channel, type ChannelOwner } from './channel.ts'
import { Kind } from './kind.ts'
import type { Status } from './status.ts'
import type { TreeLink } from './tree-links.ts'

/** What a neighbour asks of its node. */
export interface NeighbourWorld {
  frame(from: Neighbour, frame: Uint8Array): void
  closed(neighbour: Neighbour, reason: CloseReason): void
  drain(neighbour: Neighbour): void
  destroy(neighbour: Neighbour): void
  open(neighbour: Neighbour, done: Parameters<ChannelOwner['open']>[0]): void
}

/** Letters from those below about a child that was alive when they came. */
const EARLY_LIMIT = 32

/** The node at the other end of an open link. */
export class Neighbour implements ChannelOwner {
  readonly peer: PeerId
  readonly isParent: boolean
  readonly relayed: boolean
  readonly channel: Channel
  /** Of the place between the two: grows each time a dead node is replaced in it. */
  generation = 0
  /** When something came last, by the clock. */
  heardAt: number
  /** What a child said of all below. */
  status: Status | undefined
  /** Nodes whose requests were passed down this way. */
  passed = 0
  /** What those below said of this child before it was found dead. */
  early: (() => void)[] = []
  closed = false
  readonly #link: TreeLink
  readonly #world: NeighbourWorld

  constructor(
    options: { peer: PeerId; link: TreeLink; isParent: boolean; relayed: boolean; now: number },
    world: NeighbourWorld,
  ) {
    this.peer = options.peer
    this.isParent = options.isParent
    this.relayed = options.relayed
    this.heardAt = options.now
    this.#link = options.link
    this.#world = world
    this.channel = new Channel(this)
    options.link.on('frame', (frame) => {
      if (!this.closed) world.frame(this, frame)
    })
    options.link.on('drain', () => {
      if (!this.closed) world.drain(this)
    })
    options.link.on('close', (reason) => {
      if (!this.closed) world.closed(this, reason)
    })
  }

  /** How many nodes it has below, those on their way included. */
  get estimate(): number {
    const { status, passed } = this
    return status === undefined ? 1 + passed : status.estimate + Math.max(0, passed - status.seen)
  }

  get height(): number {
    return this.status?.height ?? 0
  }

  get isLeaf(): boolean {
    return this.status === undefined || this.status.kin.length === 0
  }

  /** Leaves below it that it named. */
  get spareLeaves(): readonly PeerId[] {
    return this.status?.spares ?? []
  }

  send(data: Uint8Array): SendResult {
    const frame = new Uint8Array(data.length + 1)
    frame[0] = Kind.data
    frame.set(data, 1)
    return this.sendFrame(frame)
  }

  sendFrame(frame: Uint8Array): SendResult {
    return this.closed ? 'gone' : this.#link.send(frame)
  }

  /** Keeps what is to be done if it turns out to be dead. */
  remember(run: () => void): void {
    if (this.early.length < EARLY_LIMIT) this.early.push(run)
  }

  destroy(): void {
    if (!this.closed) this.#world.destroy(this)
  }

  open(done: Parameters<ChannelOwner['open']>[0]): void {
    this.#world.open(this, done)
  }

  /** Ends the link; its node has said goodbye already. */
  end(): void {
    this.closed = true
    void this.#link.close()
  }
}
