import type { LinkFactory } from '@pigeon/transport'
import type { PeerId } from '@pigeon/xor'
import type { Host } from './host.ts'
import { SimulatedLink } from './link.ts'
import { mix, toFraction } from './random-stream.ts'
import type { World } from './world.ts'

interface Attempt {
  readonly offering: SimulatedLink
  readonly number: number
  answering: SimulatedLink | undefined
}

/** Connections that are being made: where the two sides of a link find each other. */
export class Attempts {
  readonly #world: World
  readonly #attempts = new Map<string, Attempt>()
  #count = 0

  constructor(world: World) {
    this.#world = world
  }

  /** @returns the name of the new attempt */
  begin(offering: SimulatedLink): string {
    const number = ++this.#count
    const name = `${offering.host.index.toString(36)}-${number.toString(36)}`
    this.#attempts.set(name, { offering, number, answering: undefined })
    return name
  }

  /** Whether `link` waits for an answer to its own offer. */
  isMine(link: SimulatedLink): boolean {
    return this.#of(link) !== undefined
  }

  /** @returns false if nobody offers that to `answering` any more */
  answer(answering: SimulatedLink, connection: string): boolean {
    const attempt = this.#attempts.get(connection)
    if (attempt === undefined || attempt.answering !== undefined) return false
    const { offering } = attempt
    if (offering.remote !== answering.host.id || offering.host.id !== answering.remote) return false
    attempt.answering = answering
    return true
  }

  /** Who answered the offer of `link`. */
  answerer(link: SimulatedLink): SimulatedLink | undefined {
    return this.#of(link)?.answering
  }

  /** Whether this attempt cannot succeed: the pair never can, or chance says no. */
  isHopeless(link: SimulatedLink, other: SimulatedLink): boolean {
    const attempt = this.#of(link)
    if (attempt === undefined) return true
    const { canLink, dialFailure } = this.#world.options
    if (!canLink(link.host.id, other.host.id)) return true
    const chance = mix(mix(link.host.hash, other.host.hash), attempt.number)
    return toFraction(chance) < dialFailure
  }

  /** Forgets the offer of `link`, if it made one. */
  giveUp(link: SimulatedLink): void {
    if (this.#of(link) !== undefined) this.#attempts.delete(link.connection as string)
  }

  #of(link: SimulatedLink): Attempt | undefined {
    const attempt = this.#attempts.get(link.connection ?? '')
    return attempt?.offering === link ? attempt : undefined
  }
}

/** Makes the links of one life of a host. */
export class HostLinks implements LinkFactory {
  readonly maxFrameBytes: number
  readonly #world: World
  readonly #attempts: Attempts
  readonly #host: Host

  constructor(world: World, attempts: Attempts, host: Host) {
    this.maxFrameBytes = world.options.maxFrameBytes
    this.#world = world
    this.#attempts = attempts
    this.#host = host
  }

  /** @throws TypeError if `self` is not the host's id */
  create(options: { self: PeerId; remote: PeerId; dial: boolean }): SimulatedLink {
    const { self, remote, dial } = options
    if (self !== this.#host.id) {
      throw new TypeError(`these links are those of ${this.#host.id}, not of ${self}`)
    }
    const link = new SimulatedLink(this.#world, this.#attempts, this.#host, remote)
    if (dial) link.dial()
    return link
  }
}
