import type { Clock } from '@pigeon/transport'
import type { PeerId } from '@pigeon/xor'
import type { Bootstrap } from '../bootstrap.ts'
import type { Attempt, AttemptListener, TreeLinks } from '../tree-links.ts'
import { Machine } from './machine.ts'
import { MemoryLink, type Wire } from './memory-link.ts'
import { Office } from './office.ts'

/** Options of {@link MemoryTrees}. */
export interface MemoryTreesOptions {
  /** Decides when things arrive. */
  clock: Clock
  /** One way, of each frame and letter, ms; asked for each. Default 0. */
  latencyMs?: () => number
  /** From an answer to an open link, ms; at least as long as the answer takes. Default 1. */
  connectMs?: () => number
  /** Whether two nodes fail to link, asked for each attempt. Default never. */
  fails?: (offering: PeerId, answering: PeerId) => boolean
  /** Bytes on the way above which a link is congested. Default 1 MiB. */
  windowBytes?: number
}

/** What one node of {@link MemoryTrees} runs on: options of a `TreeNode`. */
export interface MemoryWorld {
  readonly bootstrap: Bootstrap
  readonly links: TreeLinks
  readonly clock: Clock
}

interface Offer {
  readonly machine: Machine
  readonly listener: AttemptListener
  answered: boolean
}

/** A bootstrap and links for any number of nodes of one tree, with faults. */
export class MemoryTrees {
  /** Letters and frames sent so far. */
  readonly counts: { letters: number; frames: number } = { letters: 0, frames: 0 }
  /** Is told who writes to the root. */
  watchRoot: ((from: PeerId) => void) | undefined
  readonly office: Office
  readonly #options: Required<MemoryTreesOptions>
  readonly #machines = new Map<PeerId, Machine>()
  readonly #offers = new Map<number, Offer>()
  readonly #cuts = new Set<string>()
  readonly #wire: Wire
  #numbers = 0

  constructor(options: MemoryTreesOptions) {
    const { clock } = options
    this.#options = {
      latencyMs: () => 0,
      connectMs: () => 1,
      fails: () => false,
      windowBytes: 2 ** 20,
      ...options,
    }
    this.office = new Office(clock)
    const { counts } = this
    this.#wire = {
      now: () => clock.now(),
      later: (ms, run) => void clock.after(ms, run),
      latencyMs: this.#options.latencyMs,
      isCut: (a, b) => this.#isCut(a, b),
      windowBytes: this.#options.windowBytes,
      get frames() {
        return counts.frames
      },
      set frames(value) {
        counts.frames = value
      },
    }
  }

  /** What the node of that id runs on. */
  world(id: PeerId): MemoryWorld {
    const machine = new Machine(id)
    this.#machines.set(id, machine)
    const { clock } = this.#options
    return {
      bootstrap: this.#bootstrap(machine),
      links: this.#links(machine),
      clock: {
        now: () => clock.now(),
        after: (ms, run) =>
          clock.after(ms, () => {
            if (machine.isUp) run()
          }),
      },
    }
  }

  /**
   * Nothing happens there any more.
   * @param notice whether its links break at once; else others notice by its silence
   */
  crash(id: PeerId, notice: 'silence' | 'at-once' = 'silence'): void {
    const machine = this.#machines.get(id)
    if (machine === undefined) return
    machine.isUp = false
    if (notice === 'silence') return
    for (const { other } of [...machine.links]) {
      if (other?.machine.isUp)
        this.#wire.later(this.#options.latencyMs(), () => other.ended('failed'))
    }
    machine.links.clear()
  }

  /** Nothing passes between two nodes any more over links; letters do. */
  cut(a: PeerId, b: PeerId): void {
    this.#cuts.add(key(a, b))
  }

  /** What {@link cut} did is over. */
  mend(a: PeerId, b: PeerId): void {
    this.#cuts.delete(key(a, b))
  }

  /** Nodes of different groups do not reach each other, nor the office from any but the first. */
  partition(groups: readonly (readonly PeerId[])[]): void {
    for (const [group, ids] of groups.entries()) {
      for (const id of ids) {
        const machine = this.#machines.get(id)
        if (machine !== undefined) machine.group = group
      }
    }
  }

  heal(): void {
    for (const machine of this.#machines.values()) machine.group = 0
  }

  #isCut(a: Machine, b: Machine): boolean {
    if (a.group !== b.group) return true
    return this.#cuts.size > 0 && this.#cuts.has(key(a.id, b.id))
  }

  #bootstrap(machine: Machine): Bootstrap {
    const { latencyMs, clock } = this.#options
    const send = (to: PeerId, letter: Uint8Array) => {
      this.counts.letters++
      if (to === this.office.root) this.watchRoot?.(machine.id)
      const copy = letter.slice()
      clock.after(latencyMs(), () => {
        const target = this.#machines.get(to)
        if (target?.isUp && target.group === machine.group) target.letter?.(machine.id, copy)
      })
      return 'sent' as const
    }
    return {
      self: machine.id,
      send,
      sendToRoot: (letter) => {
        const { root } = this.office
        return root === undefined ? 'gone' : send(root, letter)
      },
      claim: (term, done) => {
        clock.after(2 * latencyMs(), () => {
          if (machine.isUp)
            done(machine.group > 0 ? undefined : this.office.claim(machine.id, term))
        })
      },
      resign: () => this.office.resign(machine.id),
      on: (_event, listener) => {
        machine.letter = listener
        return () => {
          machine.letter = undefined
        }
      },
    }
  }

  #links(machine: Machine): TreeLinks {
    return {
      maxFrameBytes: 256 * 1024,
      offer: (listener) => this.#offer(machine, listener),
      accept: (_from, offer, listener) => this.#accept(machine, offer, listener),
    }
  }

  #offer(machine: Machine, listener: AttemptListener): Attempt {
    const number = ++this.#numbers
    const offer: Offer = { machine, listener, answered: false }
    this.#offers.set(number, offer)
    const bytes = new Uint8Array(4)
    new DataView(bytes.buffer).setUint32(0, number)
    listener.signal(bytes)
    return {
      signal: () => {
        offer.answered = true
      },
      cancel: () => void this.#offers.delete(number),
    }
  }

  #accept(machine: Machine, bytes: Uint8Array, listener: AttemptListener): Attempt {
    const { clock, connectMs, fails } = this.#options
    const number =
      bytes.length === 4 ? new DataView(bytes.buffer, bytes.byteOffset).getUint32(0) : 0
    const offer = this.#offers.get(number)
    if (offer === undefined) {
      const cancel = clock.after(0, () => listener.failed('failed'))
      return { signal() {}, cancel }
    }
    listener.signal(bytes)
    const hopeless = fails(offer.machine.id, machine.id) || this.#isCut(offer.machine, machine)
    if (hopeless) return { signal() {}, cancel() {} }
    const cancel = clock.after(connectMs(), () => {
      if (!machine.isUp || !offer.machine.isUp || !offer.answered) return
      if (!this.#offers.delete(number)) return
      const here = new MemoryLink(machine, this.#wire)
      const there = new MemoryLink(offer.machine, this.#wire)
      here.other = there
      there.other = here
      listener.open(here)
      offer.listener.open(there)
    })
    return { signal() {}, cancel }
  }
}

function key(a: PeerId, b: PeerId): string {
  return a < b ? `${a} ${b}` : `${b} ${a}`
}
