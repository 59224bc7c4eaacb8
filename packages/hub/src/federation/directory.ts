import type { Clock, Random } from '@pigeon/transport'
import type { PeerId } from '@pigeon/xor'
import { audience, discover, RING_PEERS_EACH_SIDE } from '../discovery.ts'
import { Network } from '../network.ts'
import type { Claims } from './claims.ts'
import { nextPrefix } from './places.ts'
import type { Homes, Question } from './question-messages.ts'
import type { Questions } from './questions.ts'

/** Empty places that are passed over in search of the next id. */
const MAX_STEPS = 4

/** Homes of members that are remembered. */
const MAX_REMEMBERED = 20_000

/** Whom a member should know, of all hubs, each with its home hub. */
export interface Discovered {
  /** Whom to tell it of: at most 50. */
  readonly peers: readonly PeerId[]
  /** Who should be told of it: the next ids on either side. */
  readonly ring: readonly PeerId[]
  readonly homes: Homes
}

/** Options of {@link Directory}. */
export interface DirectoryOptions {
  readonly claims: Claims
  readonly questions: Questions
  readonly clock: Clock
  readonly random: Random
}

/** Where members of any hub are, and whom one of them should know. */
export class Directory {
  readonly #options: DirectoryOptions
  /** By network and id; the oldest first. */
  readonly #remembered = new Map<string, PeerId>()

  constructor(options: DirectoryOptions) {
    this.#options = options
  }

  /** The home that was heard of last, if any. */
  remembered(network: string, id: PeerId): PeerId | undefined {
    return this.#remembered.get(id + network)
  }

  remember(network: string, id: PeerId, home: PeerId): void {
    const key = id + network
    this.#remembered.delete(key)
    this.#remembered.set(key, home)
    if (this.#remembered.size <= MAX_REMEMBERED) return
    for (const oldest of this.#remembered.keys()) {
      this.#remembered.delete(oldest)
      break
    }
  }

  forget(network: string, id: PeerId): void {
    this.#remembered.delete(id + network)
  }

  /** Asks where a member is. @param done with `undefined` if nobody knows */
  find(network: string, id: PeerId, done: (home: PeerId | undefined) => void): void {
    const { claims } = this.#options
    const prefixes = claims.depths(network).map((depth) => id.slice(0, depth))
    this.#askAll(
      prefixes.map((prefix) => ({ kind: 'find', network, prefix, id })),
      (found) => {
        const home = found.get(id)
        if (home !== undefined) this.remember(network, id, home)
        done(home)
      },
    )
  }

  /** Asks whom a member should know. */
  discover(network: string, id: PeerId, done: (found: Discovered) => void): void {
    const { claims } = this.#options
    const depths = claims.depths(network)
    const [depth = 0] = depths
    const questions: Question[] = depths.map((each) => {
      return { kind: 'discover', network, prefix: id.slice(0, each), id }
    })
    if (depth > 0) questions.push({ kind: 'sample', network, prefix: this.#anyPrefix(depth), id })
    this.#askAll(questions, (found) => {
      if (depth === 0) this.#finish(network, id, found, done)
      else this.#complete({ network, id, depth }, new Map(found), done)
    })
  }

  /** Near the edge of a place the next ids are in the places beside it. */
  #complete(
    at: { network: string; id: PeerId; depth: number },
    found: Map<PeerId, PeerId>,
    done: (found: Discovered) => void,
  ): void {
    const { network, id, depth } = at
    const own = id.slice(0, depth)
    const here = [...found.keys()].filter((one) => one.startsWith(own))
    const sides = [
      { kind: 'up', direction: 1, missing: here.filter((one) => one > id).length },
      { kind: 'down', direction: -1, missing: here.filter((one) => one < id).length },
    ] as const
    let open = 1
    const end = (): void => {
      open--
      if (open === 0) this.#finish(network, id, found, done)
    }
    for (const { kind, direction, missing } of sides) {
      if (missing >= RING_PEERS_EACH_SIDE) continue
      open++
      const step = (prefix: string, left: number, seen: number): void => {
        this.#askAll([{ kind, network, prefix, id }], (more) => {
          for (const [one, home] of more) found.set(one, home)
          const now = seen + more.size
          if (now >= RING_PEERS_EACH_SIDE || left <= 1) end()
          else step(nextPrefix(prefix, direction), left - 1, now)
        })
      }
      step(nextPrefix(own, direction), MAX_STEPS, missing)
    }
    end()
  }

  #finish(network: string, id: PeerId, found: Homes, done: (found: Discovered) => void): void {
    const { random } = this.#options
    const all = new Network<PeerId>(network)
    for (const [one, home] of found) {
      if (one === id) continue
      all.set(one, home)
      this.remember(network, one, home)
    }
    done({ peers: discover(all, id, random), ring: audience(all, id), homes: found })
  }

  #askAll(questions: readonly Question[], done: (found: Homes) => void): void {
    const { claims, questions: asked } = this.#options
    const found = new Map<PeerId, PeerId>()
    let open = questions.length
    for (const question of questions) {
      asked.ask(question, claims.owners.of(question.network, question.prefix), (some) => {
        for (const [id, home] of some) found.set(id, home)
        open--
        if (open === 0) done(found)
      })
    }
  }

  #anyPrefix(depth: number): string {
    const [byte = 0, second = 0] = this.#options.random.fill(new Uint8Array(2))
    return (byte * 256 + second).toString(16).padStart(4, '0').slice(0, depth)
  }
}
