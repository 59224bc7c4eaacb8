import type { CloseReason } from '@pigeon/transport'
import type { Admission } from './admission.ts'
import type { Beacons } from './beacons.ts'
import type { Broadcasts } from './broadcasts.ts'
import type { Core } from './core.ts'
import { Kind } from './kind.ts'
import type { Neighbour } from './neighbour.ts'
import type { Places } from './places.ts'
import type { Reductions } from './reductions.ts'
import { Leave } from './seat.ts'
import { decodeStatus } from './status.ts'
import type { Streams } from './streams.ts'

/** Whom {@link Receiver} hands frames to. */
export interface ReceiverParts {
  readonly core: Core
  readonly places: Places
  readonly admission: Admission
  readonly beacons: Beacons
  readonly broadcasts: Broadcasts
  readonly reductions: Reductions
  readonly streams: Streams
}

/** What {@link Receiver} tells of who comes and goes. */
export interface ReceiverWorld {
  /** Whether this is a parent whose first word is still to come. */
  isArriving(from: Neighbour): boolean
  /** Its first word. @throws WireError */
  seated(parent: Neighbour, frame: Uint8Array): void
  /** A neighbour says that it goes. */
  lost(neighbour: Neighbour, reason: CloseReason): void
}

/** Hands what comes from neighbours to the part of the node that it is for. */
export class Receiver {
  readonly #parts: ReceiverParts
  readonly #world: ReceiverWorld

  constructor(parts: ReceiverParts, world: ReceiverWorld) {
    this.#parts = parts
    this.#world = world
  }

  /** Whatever it is: nothing throws, what makes no sense is counted. */
  take(from: Neighbour, frame: Uint8Array): void {
    const core = this.#parts.core
    from.heardAt = core.now()
    try {
      if (this.#world.isArriving(from)) this.#world.seated(from, frame)
      else if (from === core.parent) this.#fromParent(from, frame)
      else if (core.closed || this.#parts.places.children.get(from.peer) !== from) core.rejected++
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
        this.#parts.beacons.received(parent, frame)
        return
      case Kind.join:
        this.#parts.admission.request(frame, undefined)
        return
      case Kind.broadcast:
        this.#parts.broadcasts.received(frame)
        return
      case Kind.ask:
        this.#parts.reductions.asked(parent, frame)
        return
      case Kind.stream:
        this.#parts.streams.received(parent, frame)
        return
      case Kind.leave:
        this.#world.lost(parent, frame[1] === Leave.dismissed ? 'rejected' : 'bye')
        return
      default:
        this.#parts.core.rejected++
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
        this.#parts.broadcasts.attached(child, frame)
        return
      case Kind.sum:
        this.#parts.reductions.answered(child, frame)
        return
      case Kind.stream:
        this.#parts.streams.received(child, frame)
        return
      case Kind.leave:
        this.#world.lost(child, frame[1] === Leave.moved ? 'local' : 'bye')
        return
      default:
        this.#parts.core.rejected++
    }
  }

  #data(from: Neighbour, frame: Uint8Array): void {
    const data = frame.subarray(1)
    this.#parts.core.events.emit('data', data, from.channel, from.isParent)
    from.channel.emit('data', data)
  }
}
