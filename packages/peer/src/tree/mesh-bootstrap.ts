import { Emitter, type SendResult, type Unsubscribe } from '@pigeon/transport'
import type { Bootstrap, BootstrapEvents, Reign } from '@pigeon/tree-overlay'
import type { PeerId } from '@pigeon/xor'
import { outranks, Reigns, type ReignsOptions } from './reigns.ts'
import type { TreePost } from './tree-post.ts'

/** How long a peer listens for a root before it becomes one, ms. */
const LISTEN_MS = 1500

/** The same where it has no link, so that nobody could be heard, ms. */
const ALONE_MS = 5000

/** How often it looks meanwhile, ms. */
const LOOK_MS = 100

/** Letters kept until it is known who is root, and how long, ms. */
const EARLY_LETTERS = 16
const EARLY_MS = 5000

/** Options of {@link MeshBootstrap}. */
export interface MeshBootstrapOptions extends Omit<ReignsOptions, 'heard'> {
  /** The tree. */
  readonly entry: PeerId
  readonly post: TreePost
  /** Whether there is no link to anybody. */
  readonly isAlone: () => boolean
}

/**
 * Letters over a mesh, and who is root without anybody who decides: a root says by broadcast that it
 * is; who may be root listens first. Of two, as after a partition, the higher term stays, or the
 * higher id in one term; the other joins it.
 */
export class MeshBootstrap implements Bootstrap {
  readonly self: PeerId
  readonly #options: MeshBootstrapOptions
  readonly #events = new Emitter<BootstrapEvents>()
  readonly #reigns: Reigns
  readonly #closePost: () => void
  #early: { readonly at: number; readonly letter: Uint8Array }[] = []
  /** While this peer is root. */
  #term: number | undefined
  #cancelLook: (() => void) | undefined

  /** @throws TypeError if the mesh has a node of that tree already */
  constructor(options: MeshBootstrapOptions) {
    const { self, post, entry } = options
    this.self = self
    this.#options = options
    this.#closePost = post.open(entry, (from, letter) => this.#events.emit('letter', from, letter))
    this.#reigns = new Reigns({ ...options, heard: ({ root }) => this.#flush(root) })
  }

  send(to: PeerId, letter: Uint8Array): SendResult {
    const { post, entry } = this.#options
    return post.send(entry, to, letter)
  }

  sendToRoot(letter: Uint8Array): SendResult {
    const { other } = this.#reigns
    if (other !== undefined) return this.send(other.root, letter)
    this.#early.push({ at: this.#options.clock.now(), letter: letter.slice() })
    this.#early.splice(0, this.#early.length - EARLY_LETTERS)
    this.#reigns.ask()
    return 'sent'
  }

  claim(term: number, done: (reign: Reign | undefined) => void): void {
    const { other } = this.#reigns
    if (this.#term !== undefined) this.#keep(term, other, done)
    else if (other !== undefined) done(other)
    else if (this.#cancelLook !== undefined) done(undefined)
    else this.#listen(term, done)
  }

  resign(): void {
    this.#stopLooking()
    this.#term = undefined
    this.#reigns.unsay(true)
  }

  on<E extends keyof BootstrapEvents>(event: E, listener: BootstrapEvents[E]): Unsubscribe {
    return this.#events.on(event, listener)
  }

  /** Takes no part any more. */
  close(): void {
    this.resign()
    this.#reigns.close()
    this.#closePost()
    this.#events.clear()
    this.#early = []
  }

  #keep(term: number, other: Reign | undefined, done: (reign: Reign) => void): void {
    const own = { root: this.self, term: Math.max(this.#term ?? 0, term) }
    if (other !== undefined && outranks(other, own)) {
      this.#term = undefined
      this.#reigns.unsay(false)
      done(other)
      return
    }
    this.#term = own.term
    this.#reigns.say(own.term)
    done(own)
  }

  /** Becomes root if nobody is heard who is. */
  #listen(term: number, done: (reign: Reign | undefined) => void): void {
    const { clock, isAlone, sign } = this.#options
    const from = clock.now()
    const look = (): void => {
      this.#cancelLook = clock.after(LOOK_MS, () => {
        const { other, lastTerm } = this.#reigns
        if (other === undefined && clock.now() - from < (isAlone() ? ALONE_MS : LISTEN_MS)) {
          this.#reigns.ask()
          look()
          return
        }
        this.#stopLooking()
        if (other !== undefined || sign === undefined) done(other)
        else {
          this.#term = Math.max(term, lastTerm + 1)
          this.#reigns.say(this.#term)
          done({ root: this.self, term: this.#term })
        }
      })
    }
    this.#reigns.ask()
    look()
  }

  #stopLooking(): void {
    this.#cancelLook?.()
    this.#cancelLook = undefined
  }

  #flush(root: PeerId): void {
    const since = this.#options.clock.now() - EARLY_MS
    for (const { at, letter } of this.#early.splice(0)) if (at >= since) this.send(root, letter)
  }
}
