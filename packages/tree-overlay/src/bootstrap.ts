import type { SendResult, Unsubscribe } from '@pigeon/transport'
import type { PeerId } from '@pigeon/xor'

/** Who is root of a tree, and since which change of roots. */
export interface Reign {
  readonly root: PeerId
  /** Grows by at least one with each new root. */
  readonly term: number
}

/** What happens on a {@link Bootstrap}. */
export interface BootstrapEvents {
  /** A letter arrived; `from` is what the bootstrap vouches for. */
  letter: (from: PeerId, letter: Uint8Array) => void
}

/**
 * The way between nodes that have no link yet: a hub, a mesh, or whatever carries small letters.
 * It also knows who is root, and sees nothing of a tree but that and the first letter of a join.
 */
export interface Bootstrap {
  /** The id of this node, stamped on its letters. */
  readonly self: PeerId
  /** Sends a letter, at best effort: it arrives whole, or not at all. Never throws. */
  send(to: PeerId, letter: Uint8Array): SendResult
  /** Sends a letter to whoever is root; `gone` if nobody is, as far as is known here. */
  sendToRoot(letter: Uint8Array): SendResult
  /**
   * Asks for the office of root, or to keep it. It is held for ten seconds from the answer.
   * @param term what the caller would call its reign
   * @param done is told who is root now, the caller if it was granted; `undefined` if nobody can
   * tell, as without a connection. At most once.
   */
  claim(term: number, done: (reign: Reign | undefined) => void): void
  /** Gives the office up. Does nothing for who has not got it. */
  resign(): void
  on<E extends keyof BootstrapEvents>(event: E, listener: BootstrapEvents[E]): Unsubscribe
}
