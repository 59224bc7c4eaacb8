import type { Clock } from '@pigeon/transport'
import type { PeerId } from '@pigeon/xor'
import type { ReplyFrame, RequestFrame } from './frames.ts'

/** How often requests that nobody answered are looked for, ms. */
const SWEEP_MS = 250

/** A request that passed here, or began here. */
export interface Path {
  readonly request: RequestFrame
  /** The neighbour it came from; undefined at its origin. */
  readonly from: PeerId | undefined
  /** Neighbours it was given to, or that cannot have it. */
  readonly asked: Set<PeerId>
  /** The one that was given it last. */
  current: PeerId | undefined
  readonly endsAt: number
  /** At its origin: told the answer once, or that there is none. */
  done: ((reply: ReplyFrame | undefined) => void) | undefined
}

/** Remembers for seconds where each request came from, so that answers need no addresses. */
export class Paths {
  readonly #clock: Clock
  readonly #limits: { maxPaths: number; maxPathsPerLink: number }
  readonly #silent: (peer: PeerId) => void
  readonly #paths = new Map<string, Path>()
  readonly #perLink = new Map<PeerId, number>()
  #cancelSweep: (() => void) | undefined

  /** @param silent is told of a neighbour that did not answer */
  constructor(
    clock: Clock,
    limits: { maxPaths: number; maxPathsPerLink: number },
    silent: (peer: PeerId) => void,
  ) {
    this.#clock = clock
    this.#silent = silent
    this.#limits = limits
  }

  get size(): number {
    return this.#paths.size
  }

  get(id: string): Path | undefined {
    return this.#paths.get(id)
  }

  /** @returns false if it is known, or there is no room for one more of this neighbour */
  add(path: Path): boolean {
    const { from, request } = path
    if (this.#paths.has(request.id)) return false
    if (from !== undefined) {
      const count = this.#perLink.get(from) ?? 0
      const { maxPaths, maxPathsPerLink } = this.#limits
      if (count >= maxPathsPerLink || this.#paths.size >= maxPaths) return false
      this.#perLink.set(from, count + 1)
    }
    this.#paths.set(request.id, path)
    this.#sweepLater()
    return true
  }

  /** @returns whether it was remembered */
  delete({ request, from }: Path): boolean {
    if (!this.#paths.delete(request.id)) return false
    if (from === undefined) return true
    const left = (this.#perLink.get(from) ?? 1) - 1
    if (left === 0) this.#perLink.delete(from)
    else this.#perLink.set(from, left)
    return true
  }

  /** Those that a neighbour has. */
  heldBy(peer: PeerId): Path[] {
    return [...this.#paths.values()].filter(({ current }) => current === peer)
  }

  close(): void {
    this.#cancelSweep?.()
    this.#paths.clear()
    this.#perLink.clear()
  }

  #sweepLater(): void {
    this.#cancelSweep ??= this.#clock.after(SWEEP_MS, () => {
      this.#cancelSweep = undefined
      const now = this.#clock.now()
      for (const path of [...this.#paths.values()]) {
        if (path.endsAt > now || !this.delete(path)) continue
        if (path.current !== undefined) this.#silent(path.current)
        path.done?.(undefined)
      }
      if (this.#paths.size > 0) this.#sweepLater()
    })
  }
}
