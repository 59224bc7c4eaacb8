import type { PeerId } from '@pigeon/xor'
import type { Forward } from './route-frames.ts'
import type { Routed } from './router-options.ts'

/** What takes the messages for one part of a peer and returns the reply to them. */
export type Service = (message: Routed) => Uint8Array

/** The parts of a peer that routed messages are for, by their number. */
export class Services {
  readonly #services = new Map<number, Service>()

  /** @param number 0 to 255, so there are never more */
  set(number: number, service: Service): void {
    this.#services.set(number, service)
  }

  /** Hands over a message that ended here. @returns the reply, empty if nobody takes it */
  serve({ origin, service, payload, hops, passed }: Forward): Uint8Array {
    const wayBack = passed && withoutLoops([...[...passed].reverse(), origin])
    return this.#services.get(service)?.({ from: origin, payload, hops, wayBack }) ?? NO_REPLY
  }

  clear(): void {
    this.#services.clear()
  }
}

/** What goes back where there is nothing to say. */
export const NO_REPLY: Uint8Array = new Uint8Array(0)

/** A way that passes no peer twice: what lies between two visits is left out. */
function withoutLoops(way: readonly PeerId[]): PeerId[] {
  const short: PeerId[] = []
  for (const peer of way) {
    const before = short.indexOf(peer)
    if (before >= 0) short.length = before
    short.push(peer)
  }
  return short
}
