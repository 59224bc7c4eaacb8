import type { PeerId } from '@pigeon/xor'
import type { Address } from './address.ts'
import type { Core } from './core.ts'
import { encodeFrame, Kind, MAX_HOPS, MAX_NOTIFIED, type NotifyFrame } from './frames.ts'

/** Notices that wait for congested neighbours, at most. */
const MAX_WAITING = 256

/**
 * Brings newer records to those who asked to hear of them. One frame serves all whose way begins
 * with the same link, and parts where their ways do. What gets lost is made up for when the
 * subscription is renewed.
 */
export class Notices {
  readonly #core: Core
  readonly #arrived: (address: Address, record: Uint8Array) => void
  readonly #waiting: { readonly to: PeerId; readonly frame: Uint8Array }[] = []
  dropped = 0

  /** @param arrived is told of those for this peer, unchecked */
  constructor(core: Core, arrived: (address: Address, record: Uint8Array) => void) {
    this.#core = core
    this.#arrived = arrived
  }

  /** Tells everybody of a list, who may be this peer. */
  send(to: readonly PeerId[], address: Address, record: Uint8Array): void {
    for (let from = 0; from < to.length; from += MAX_NOTIFIED) {
      const some = to.slice(from, from + MAX_NOTIFIED)
      this.#pass({ kind: Kind.notify, hops: 0, to: some, address, record }, undefined)
    }
  }

  /** A notice came: passes it on to whom else it is for. */
  received(from: PeerId, frame: NotifyFrame): void {
    if (frame.hops < MAX_HOPS) this.#pass({ ...frame, hops: frame.hops + 1 }, from)
  }

  /** A neighbour takes frames again. */
  drain(peer: PeerId): void {
    const mine = this.#waiting.filter(({ to }) => to === peer)
    for (const notice of mine) this.#waiting.splice(this.#waiting.indexOf(notice), 1)
    for (const { frame } of mine) this.#deliver(peer, frame)
  }

  /** A neighbour is gone. */
  down(peer: PeerId): void {
    for (let at = this.#waiting.length - 1; at >= 0; at--) {
      if (this.#waiting[at]?.to === peer) this.#waiting.splice(at, 1)
    }
  }

  #pass(frame: NotifyFrame, from: PeerId | undefined): void {
    const { self, router } = this.#core
    const groups = new Map<PeerId, PeerId[]>()
    for (const id of frame.to) {
      if (id === self) {
        this.#arrived(frame.address, frame.record)
        continue
      }
      const next = router.towards(id, from)
      if (next === undefined) this.dropped++
      else groups.set(next, [...(groups.get(next) ?? []), id])
    }
    for (const [next, to] of groups) this.#deliver(next, encodeFrame({ ...frame, to }))
  }

  #deliver(to: PeerId, frame: Uint8Array): void {
    if (this.#core.options.transport.send(to, frame) !== 'congested') return
    if (this.#waiting.length < MAX_WAITING) this.#waiting.push({ to, frame })
    else this.dropped++
  }
}
