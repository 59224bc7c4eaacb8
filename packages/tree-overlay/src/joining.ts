import type { PeerId } from '@pigeon/xor'
import type { Core } from './core.ts'
import { TreeError, type TreeErrorCode } from './errors.ts'
import { encodeJoin, type JoinRequest, MAX_TRIED, Why } from './join-request.ts'
import { Nack } from './letters.ts'
import { Neighbour } from './neighbour.ts'
import type { Attempt, TreeLink, TreeLinks } from './tree-links.ts'

/** First and longest wait before a request that came at a bad moment is sent again, ms. */
const RETRY_MIN_MS = 250
const RETRY_MAX_MS = 2000

/** Signals kept until it is known whom they are for. */
const WAITING_SIGNALS = 32

const NO_TICKET: Uint8Array = new Uint8Array(0)

/** What a node wants to join. */
export interface Goal {
  /** One of {@link Why}. */
  readonly why: number
  /** The node that is asked; the root if `undefined`. */
  readonly target?: PeerId | undefined
  /** As in the request. */
  readonly dead?: PeerId | undefined
  readonly generation?: number
  /** A node there was no luck with already. */
  readonly tried?: PeerId | undefined
  /** Is told if it comes to nothing; without, it is tried until {@link Joining.stop}. */
  readonly failed?: (code: TreeErrorCode) => void
}

/** What {@link Joining} needs of the other parts. */
export interface JoiningWorld {
  readonly relays: TreeLinks
  /** Nodes that come along, and links to the farthest. */
  subtree(): { nodes: number; height: number }
  /** The link to a parent is open. */
  connected(parent: PeerId, link: TreeLink, asked: { relayed: boolean; nodes: number }): void
}

/** One request on its way. */
interface Try {
  readonly id: number
  readonly relayed: boolean
  /** Nodes that come along. */
  nodes: number
  attempt: Attempt | undefined
  answeredBy: PeerId | undefined
  waiting: Uint8Array[]
}

/**
 * Looks for a parent: sends one complete offer on its way through the tree and waits for somebody's
 * answer; after a failure it asks for another place, and after some for a relayed link.
 */
export class Joining {
  /** Letters sent. */
  requests = 0
  readonly #core: Core
  readonly #world: JoiningWorld
  #goal: Goal | undefined
  #try: Try | undefined
  #tried: PeerId[] = []
  #failures = 0
  #busy = 0
  /** Requests in a row that nobody answered. */
  #unanswered = 0

  constructor(core: Core, world: JoiningWorld) {
    this.#core = core
    this.#world = world
  }

  /** What is looked for now. */
  get goal(): Goal | undefined {
    return this.#goal
  }

  /** Whether somebody took the request, and the link is being made. */
  get isAnswered(): boolean {
    return this.#try?.answeredBy !== undefined
  }

  /** Looks for this from now on, and for nothing else. */
  start(goal: Goal): void {
    this.stop()
    this.#goal = goal
    if (goal.tried !== undefined) this.#tried = [goal.tried]
    this.#send()
  }

  stop(): void {
    this.#end()
    this.#goal = undefined
    this.#tried = []
    this.#busy = 0
    this.#unanswered = 0
    this.#core.timers.stop('join again')
  }

  answered(from: PeerId, id: number, bytes: Uint8Array): void {
    const current = this.#try
    if (current?.id !== id || (current.answeredBy ?? from) !== from) {
      // Frees the place it keeps.
      this.#core.letter(from, { kind: 'nack', id, reason: Nack.stale, retryMs: 0 })
      return
    }
    if (current.answeredBy !== undefined) return
    current.answeredBy = from
    this.#expect(current)
    current.attempt?.signal(from, bytes)
    for (const waiting of current.waiting) {
      this.#core.letter(from, { kind: 'signal', id, bytes: waiting })
    }
    current.waiting = []
  }

  /** @returns whether it was about a link that is being made */
  signal(from: PeerId, id: number, bytes: Uint8Array): boolean {
    const current = this.#try
    if (current?.id !== id || current.answeredBy !== from) return false
    current.attempt?.signal(from, bytes)
    return true
  }

  refused(id: number, reason: number, retryMs: number): void {
    const current = this.#try
    if (current?.id !== id || current.answeredBy !== undefined) return
    this.#end()
    const goal = this.#goal
    if (reason === Nack.refused) {
      this.stop()
      goal?.failed?.('TREE_REFUSED')
    } else if (goal?.why === Why.join) {
      // Rather the same place again than none.
      this.#tried = this.#tried.slice(1)
      this.#again(retryMs)
    } else {
      this.stop()
      goal?.failed?.('TREE_LINK')
    }
  }

  #send(): void {
    const core = this.#core
    const goal = this.#goal as Goal
    const { limits, options } = core
    const relayed = (options.relay ?? true) && this.#failures >= limits.directTries
    const current: Try = {
      id: core.name(),
      relayed,
      nodes: 1,
      attempt: undefined,
      answeredBy: undefined,
      waiting: [],
    }
    this.#try = current
    let offered = false
    const isCurrent = () => this.#try === current
    const links = relayed ? this.#world.relays : options.links
    const attempt = links.offer({
      signal: (bytes) => {
        if (!isCurrent()) return
        if (!offered) {
          offered = true
          this.#request(current, goal, bytes)
        } else if (current.answeredBy !== undefined) {
          core.letter(current.answeredBy, { kind: 'signal', id: current.id, bytes })
        } else if (current.waiting.length < WAITING_SIGNALS) current.waiting.push(bytes)
      },
      progress: () => {
        if (isCurrent() && current.answeredBy !== undefined) this.#expect(current)
      },
      open: (link) => {
        const parent = current.answeredBy
        if (!isCurrent() || parent === undefined || core.closed) {
          void link.close()
          return
        }
        this.#try = undefined
        core.timers.stop('join answer')
        if (!relayed) this.#failures = 0 // else the next one need not fail first
        this.stop()
        this.#world.connected(parent, link, current)
      },
      failed: () => {
        if (isCurrent()) this.#failed(current)
      },
    })
    current.attempt = attempt
    if (!isCurrent()) attempt.cancel()
  }

  /** Gives a handshake that is under way its time. */
  #expect(current: Try): void {
    const { timers, limits } = this.#core
    const ms = this.#core.patient(limits.candidateTimeoutMs)
    timers.set('join answer', ms, () => this.#failed(current))
  }

  #request(current: Try, goal: Goal, offer: Uint8Array): void {
    const core = this.#core
    const { why, target, dead, generation = 0 } = goal
    const request: JoinRequest = {
      id: current.id,
      origin: core.self,
      hops: 1,
      why,
      relayed: current.relayed,
      ...this.#world.subtree(),
      tried: this.#tried,
      dead,
      generation,
      ticket: core.options.ticket ?? NO_TICKET,
      offer,
    }
    const letter = encodeJoin(request)
    this.requests++
    current.nodes = request.nodes
    const { bootstrap } = core.options
    const result =
      target === undefined ? bootstrap.sendToRoot(letter) : bootstrap.send(target, letter)
    if (result === 'sent') {
      const waitMs = why === Why.join ? core.limits.answerTimeoutMs : core.limits.silenceMs
      // Who is silent may just be busy: asking more often would not help it.
      const ms = core.patient(waitMs) * 2 ** Math.min(this.#unanswered, 2)
      core.timers.set('join answer', ms, () => this.#failed(current))
    } else if (why === Why.join) {
      this.#end()
      this.#again(RETRY_MIN_MS)
    } else this.#failed(current)
  }

  #failed(current: Try): void {
    if (this.#try !== current) return
    const { answeredBy, id } = current
    this.#end()
    const goal = this.#goal
    if (goal === undefined) return
    if (answeredBy === undefined) this.#unanswered++
    else {
      this.#unanswered = 0
      this.#failures++
      this.#tried = [...this.#tried.filter((peer) => peer !== answeredBy), answeredBy]
      this.#tried = this.#tried.slice(-MAX_TRIED)
      if (this.#failures === this.#core.limits.directTries) this.#tried = [] // relayed from now on
      this.#core.letter(answeredBy, { kind: 'nack', id, reason: Nack.stale, retryMs: 0 })
    }
    if (goal.why === Why.join) {
      this.#send()
      return
    }
    this.stop()
    goal.failed?.('TREE_LINK')
  }

  /** After a wait that grows, and is not everybody's. */
  #again(ms: number): void {
    const wait = Math.min(RETRY_MAX_MS, Math.max(RETRY_MIN_MS, ms) * 2 ** this.#busy)
    this.#busy = Math.min(this.#busy + 1, 3)
    this.#core.timers.set('join again', wait * (0.5 + this.#core.fraction()), () => {
      if (this.#goal !== undefined) this.#send()
    })
  }

  #end(): void {
    const current = this.#try
    this.#try = undefined
    this.#core.timers.stop('join answer')
    current?.attempt?.cancel()
  }
}

/** A parent that took this node. */
export function parentOf(
  core: Core,
  peer: PeerId,
  link: TreeLink,
  relayed: boolean,
  world: ConstructorParameters<typeof Neighbour>[1],
): Neighbour {
  return new Neighbour({ peer, link, isParent: true, relayed, now: core.now() }, world)
}

/** What is thrown, or told, when a join comes to nothing. */
export function joinError(code: TreeErrorCode): TreeError {
  if (code === 'TREE_REFUSED') return new TreeError(code, 'the ticket does not let this node in')
  if (code === 'TREE_TIMEOUT') return new TreeError(code, 'nobody took this node in time')
  return new TreeError(code, 'the join came to nothing')
}
