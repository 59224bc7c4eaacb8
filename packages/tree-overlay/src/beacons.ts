import { when } from '@pigeon/transport'
import type { Core } from './core.ts'
import type { Neighbour } from './neighbour.ts'
import type { Places } from './places.ts'
import { decodePulse, encodePulse, MAX_AUNTS, MAX_KIN, type Pulse, signedPulse } from './pulse.ts'

/** What {@link Beacons} needs of the other parts. */
export interface BeaconsWorld {
  /** The parent is below this node. */
  looped(parent: Neighbour): void
}

/** The word of the root that it lives, passed from parent to child, with the way it came. */
export class Beacons {
  readonly #core: Core
  readonly #places: Places
  readonly #world: BeaconsWorld
  #passedAt = Number.NEGATIVE_INFINITY
  /** The parent whose first word this is still to be. */
  #heard: Neighbour | undefined

  constructor(core: Core, places: Places, world: BeaconsWorld) {
    this.#core = core
    this.#places = places
    this.#world = world
  }

  /** The next beacon, of a root. */
  send(): void {
    const core = this.#core
    const { term, self: root } = core
    const seq = core.seq + 1
    if (core.options.sign === undefined) core.seq = seq
    const { sign } = core.options
    if (sign === undefined) {
      this.#pass(true)
      return
    }
    when(
      () => sign(signedPulse({ term, seq, root })),
      (proof) => {
        // What is greeted meanwhile gets the last beacon again, with the last proof.
        if (proof === undefined || !core.isRoot || core.term !== term || core.seq >= seq) return
        core.seq = seq
        core.proof = proof
        this.#pass(true)
      },
    )
  }

  /** A word to one child. */
  greet(child: Neighbour): void {
    child.sendFrame(this.#encode(this.#core.isFresh))
  }

  /** Lets the children know that this node lives, if no beacon did. */
  comfort(): void {
    const core = this.#core
    if (core.isRoot || this.#places.children.size === 0) return
    if (core.now() - this.#passedAt > core.limits.pulseMs * 1.2) this.#pass(false)
  }

  /** @throws WireError */
  received(parent: Neighbour, bytes: Uint8Array): void {
    const core = this.#core
    const pulse = decodePulse(bytes)
    if (pulse.path.includes(core.self)) {
      this.#world.looped(parent)
      return
    }
    const { verify } = core.options
    if (!pulse.rooted || verify === undefined) {
      this.#take(parent, pulse)
      return
    }
    when(
      () => verify(signedPulse(pulse), pulse.proof, pulse.root),
      (valid) => {
        if (core.parent !== parent) return
        if (valid) this.#take(parent, pulse)
        else core.rejected++
      },
    )
  }

  #take(parent: Neighbour, pulse: Pulse): void {
    const core = this.#core
    const { rooted, term, seq, root, proof, generation, path } = pulse
    const isFirst = this.#heard !== parent
    this.#heard = parent
    const isNewer = term > core.term || (term === core.term && seq > core.seq)
    const isSame = term === core.term && seq === core.seq
    core.parentGeneration = generation
    core.siblings = pulse.kin.filter((id) => id !== core.self).slice(0, MAX_AUNTS)
    core.aunts = pulse.aunts.slice(0, MAX_AUNTS)
    const moved = path.length !== core.path.length || path.some((id, at) => id !== core.path[at])
    core.path = path
    if (!rooted) {
      if (moved && this.#places.children.size > 0) this.#pass(false)
      return
    }
    if (isNewer || (isSame && isFirst)) {
      core.term = term
      core.seq = seq
      core.root = root
      core.proof = proof
      core.freshAt = core.now()
      this.#pass(true)
    } else if (isSame && moved) this.#pass(true)
  }

  #pass(rooted: boolean): void {
    const { children } = this.#places
    this.#passedAt = this.#core.now()
    if (children.size === 0) return
    const frame = this.#encode(rooted)
    for (const child of children.values()) child.sendFrame(frame)
  }

  #encode(rooted: boolean): Uint8Array {
    const { term, seq, self, root = self, proof, generation, path, siblings } = this.#core
    const kin = [...this.#places.children.keys()].slice(0, MAX_KIN)
    const way = [...path, self]
    return encodePulse({
      rooted,
      term,
      seq,
      root,
      proof,
      generation,
      path: way,
      kin,
      aunts: siblings,
    })
  }
}
