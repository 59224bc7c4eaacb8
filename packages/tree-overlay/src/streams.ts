import type { Core } from './core.ts'
import { TreeError } from './errors.ts'
import type { Neighbour } from './neighbour.ts'
import type { Stream } from './stream.ts'
import { decodeStreamSignal, encodeStreamSignal, StreamOp } from './stream-frames.ts'
import type { Attempt, TreeLink } from './tree-links.ts'

/** Is told once what became of opening a stream. */
export type StreamDone = (error: TreeError | undefined, stream: Stream | undefined) => void

/** Links for heavy data beside the channels; their signals go over the channel. */
export class Streams {
  readonly #core: Core
  /** Attempts by neighbour and name; the opener's side and the other's apart. */
  readonly #attempts = new Map<Neighbour, Map<string, Attempt>>()
  readonly #open = new Map<Neighbour, Set<TreeLink>>()

  constructor(core: Core) {
    this.#core = core
  }

  /** Streams of a channel that are open or being opened. */
  count(neighbour: Neighbour): number {
    const opening = this.#attempts.get(neighbour)?.size ?? 0
    return opening + (this.#open.get(neighbour)?.size ?? 0)
  }

  open(neighbour: Neighbour, done: StreamDone): void {
    const fail = () => done(new TreeError('TREE_LINK', 'no link beside the channel'), undefined)
    if (neighbour.closed || this.count(neighbour) >= this.#core.limits.streams) {
      fail()
      return
    }
    const id = this.#core.name()
    let op: number = StreamOp.offer
    this.#begin(neighbour, `here ${id}`, {
      make: (listener) => this.#core.options.links.offer(listener),
      signal: (bytes) => {
        this.#send(neighbour, id, op, bytes)
        op = StreamOp.fromOpener
      },
      opened: (link) => done(undefined, link),
      failed: fail,
    })
  }

  /** @throws WireError */
  received(neighbour: Neighbour, bytes: Uint8Array): void {
    const { id, op, signal } = decodeStreamSignal(bytes, this.#core.limits.offerBytes)
    const { peer } = neighbour
    const side = op === StreamOp.fromOther ? 'here' : 'there'
    const known = this.#attempts.get(neighbour)?.get(`${side} ${id}`)
    if (op !== StreamOp.offer) known?.signal(peer, signal)
    else if (known === undefined && this.count(neighbour) < this.#core.limits.streams) {
      this.#begin(neighbour, `there ${id}`, {
        make: (listener) => this.#core.options.links.accept(peer, signal, listener),
        signal: (answer) => this.#send(neighbour, id, StreamOp.fromOther, answer),
        opened: (link) => neighbour.channel.emit('stream', link),
        failed: () => {},
      })
    }
  }

  /** The channel is closed: what is not open yet will not be. */
  forget(neighbour: Neighbour): void {
    for (const [name, attempt] of this.#attempts.get(neighbour) ?? []) {
      this.#core.timers.stop(`stream ${neighbour.peer} ${name}`)
      attempt.cancel()
    }
    this.#attempts.delete(neighbour)
    this.#open.delete(neighbour)
  }

  #begin(
    neighbour: Neighbour,
    name: string,
    side: {
      make(listener: {
        signal(bytes: Uint8Array): void
        open(link: TreeLink): void
        failed(): void
      }): Attempt
      signal(bytes: Uint8Array): void
      opened(link: TreeLink): void
      failed(): void
    },
  ): void {
    const timer = `stream ${neighbour.peer} ${name}`
    const attempts = this.#attempts.get(neighbour) ?? new Map<string, Attempt>()
    this.#attempts.set(neighbour, attempts)
    let over = false
    const end = () => {
      over = true
      this.#core.timers.stop(timer)
      attempts.delete(name)
    }
    const fail = () => {
      if (over) return
      attempts.get(name)?.cancel()
      end()
      side.failed()
    }
    this.#core.timers.set(timer, this.#core.limits.candidateTimeoutMs, fail)
    const attempt = side.make({
      signal: (bytes) => {
        if (!over) side.signal(bytes)
      },
      open: (link) => {
        if (over) {
          void link.close()
          return
        }
        end()
        const links = this.#open.get(neighbour) ?? new Set()
        this.#open.set(neighbour, links)
        links.add(link)
        link.on('close', () => links.delete(link))
        side.opened(link)
      },
      failed: fail,
    })
    if (over) attempt.cancel()
    else attempts.set(name, attempt)
  }

  #send(neighbour: Neighbour, id: number, op: number, signal: Uint8Array): void {
    neighbour.sendFrame(encodeStreamSignal({ id, op, signal }))
  }
}
