import type { CloseReason, LinkEvents, SendResult, Unsubscribe } from '@pigeon/transport'
import type { TreeLink } from '../tree-links.ts'
import type { Machine } from './machine.ts'

/** What ends of links ask of what connects them. */
export interface Wire {
  now(): number
  later(ms: number, run: () => void): void
  latencyMs(): number
  isCut(a: Machine, b: Machine): boolean
  readonly windowBytes: number
  /** Frames that were sent. */
  frames: number
}

type Listeners = { [E in keyof LinkEvents]?: LinkEvents[E][] }

/** One end of a link. What is sent over a link that is cut, or to a dead machine, is just gone. */
export class MemoryLink implements TreeLink {
  other: MemoryLink | undefined
  readonly machine: Machine
  readonly #wire: Wire
  #listeners: Listeners = {}
  #closed = false
  #arrivesAt = 0
  #outstandingBytes = 0
  #congested = false

  constructor(machine: Machine, wire: Wire) {
    this.machine = machine
    this.#wire = wire
    machine.links.add(this)
  }

  send(frame: Uint8Array): SendResult {
    if (this.#closed) return 'gone'
    const { windowBytes } = this.#wire
    if (this.#congested || this.#outstandingBytes > windowBytes) {
      this.#congested = true
      return 'congested'
    }
    this.#wire.frames++
    this.#outstandingBytes += frame.length
    const copy = frame.slice()
    this.#toOther((other) => {
      this.#arrived(copy.length)
      if (!other.#closed) for (const listener of other.#listeners.frame ?? []) listener(copy)
    })
    return 'sent'
  }

  on<E extends keyof LinkEvents>(event: E, listener: LinkEvents[E]): Unsubscribe {
    const listeners: LinkEvents[E][] = this.#listeners[event] ?? []
    this.#listeners[event] = listeners as Listeners[E]
    listeners.push(listener)
    return () => {
      const at = listeners.indexOf(listener)
      if (at >= 0) listeners.splice(at, 1)
    }
  }

  close(reason: CloseReason = 'local'): Promise<void> {
    if (!this.#closed) {
      this.#toOther((other) => other.ended('bye'))
      this.ended(reason)
    }
    return Promise.resolve()
  }

  /** It is over on this side. */
  ended(reason: CloseReason): void {
    if (this.#closed) return
    this.#closed = true
    this.machine.links.delete(this)
    const { close = [] } = this.#listeners
    this.#listeners = {}
    if (this.machine.isUp) for (const listener of close) listener(reason)
  }

  /** In order, after some time, if it gets there. */
  #toOther(run: (other: MemoryLink) => void): void {
    const { other } = this
    if (other === undefined) return
    const now = this.#wire.now()
    this.#arrivesAt = Math.max(this.#arrivesAt, now + this.#wire.latencyMs())
    this.#wire.later(this.#arrivesAt - now, () => {
      if (other.machine.isUp && !this.#wire.isCut(this.machine, other.machine)) run(other)
    })
  }

  #arrived(bytes: number): void {
    this.#outstandingBytes -= bytes
    if (!this.#congested || this.#outstandingBytes > this.#wire.windowBytes / 2) return
    this.#congested = false
    if (this.#closed || !this.machine.isUp) return
    for (const listener of this.#listeners.drain ?? []) listener()
  }
}
