import { TokenBucket } from '@pigeon/transport'
import type { PeerId } from '@pigeon/xor'
import { Credit } from './credit.ts'
import type { FailureReason, Outcome } from './failure.ts'
import { clip, type Frame, type Offer, TEXT_BYTES, WANT_LIMIT } from './frames.ts'
import { blame, type Task } from './lending.ts'
import type { Limits } from './limits.ts'
import type { Neighbour } from './neighbour.ts'
import { Share } from './share.ts'

/** What a {@link Relay} is given. */
export interface RelayOptions {
  readonly self: PeerId
  readonly offer: Offer
  readonly limits: Limits
  now(): number
}

/**
 * Somebody else's job, as seen from here: tasks come from the neighbour on the way to the
 * submitter, and go to this node's own worker and to all other neighbours.
 */
export class Relay {
  readonly offer: Offer
  readonly share: Share
  /** Of the last announcement. */
  seq = 0
  heardAt: number
  /** The neighbour on the way to the submitter. */
  source: Neighbour | undefined
  readonly #options: RelayOptions
  readonly #credit: Credit
  readonly #strays: TokenBucket
  /** Answers for which there is no way at the moment. */
  #held: Frame[] = []

  constructor(options: RelayOptions) {
    const { offer, limits, now } = options
    this.#options = options
    this.offer = offer
    this.heardAt = now()
    this.#credit = new Credit(now())
    this.#strays = new TokenBucket(limits.strayRate, 2 * limits.strayRate, now())
    this.share = new Share(offer.job, limits.inFlight, {
      nobody: (task) => this.#fail(task.attempt, 'declined', ''),
    })
  }

  /** The way to the submitter is known, or has changed. */
  follow(source: Neighbour, seq: number): void {
    this.seq = seq
    this.heardAt = this.#options.now()
    if (source === this.source) return
    this.source?.send({ kind: 'want', job: this.offer.job, limit: 0 })
    this.#again(this.share.leave(source))
    this.source = source
    this.#credit.forget()
    const held = this.#held
    this.#held = []
    for (const frame of held) source.send(frame)
    this.ask()
  }

  /** A neighbour is gone. */
  gone(neighbour: Neighbour): void {
    if (neighbour === this.source) {
      this.source = undefined
      // Whoever lent them lends them again; what is being computed may still arrive in time.
      this.share.lending.takeQueue()
    }
    this.#again(this.share.leave(neighbour))
    this.ask()
  }

  want(neighbour: Neighbour, limit: number): void {
    if (neighbour === this.source) return
    this.share.want(neighbour, limit)
    this.ask()
  }

  task({ attempt, avoid, payload }: Extract<Frame, { kind: 'task' }>): void {
    const { lending } = this.share
    if (lending.queued + lending.lent >= 2 * this.#options.limits.inFlight) {
      this.#fail(attempt, 'declined', '')
      return
    }
    if (lending.holder(attempt) !== undefined) return
    const own = payload.slice()
    lending.add({ attempt, avoid, payload: own, losses: 0, declined: new Set() })
  }

  /** @param from undefined: this node itself */
  outcome(from: Neighbour | undefined, worker: PeerId, attempt: number, outcome: Outcome): boolean {
    const { job } = this.offer
    const wasLent = this.share.lending.holder(attempt) !== undefined
    const task = this.share.answered(from, attempt, outcome)
    const now = this.#options.now()
    if (task === undefined) {
      if (!outcome.ok || wasLent) return wasLent
      // Of a task that came another way, before the tree changed.
      if (from === this.source || !this.#strays.take(1, now)) return false
    }
    if (outcome.ok) this.#credit.done(now)
    this.#up(
      outcome.ok
        ? { kind: 'result', job, attempt, worker, payload: outcome.payload }
        : { kind: 'failed', job, attempt, worker, reason: outcome.reason, text: outcome.text },
    )
    this.share.lending.dispatch()
    this.ask()
    return true
  }

  /** This node computes no more for it. */
  rest(): void {
    this.#again(this.share.rest())
    this.ask()
  }

  /** An answer of the neighbour on the way took so long, ms. */
  heard(roundTripMs: number): void {
    this.#credit.heard(roundTripMs)
    this.ask()
  }

  /** Asks for as many tasks as there should be here. */
  ask(): void {
    const { limits, now } = this.#options
    if (this.source === undefined) return
    const max = Math.min(WANT_LIMIT, limits.inFlight)
    const limit = this.#credit.next(this.share.lending.limit, max, now())
    if (limit !== undefined) this.source.send({ kind: 'want', job: this.offer.job, limit })
  }

  end(): void {
    this.share.end()
    this.#held = []
  }

  /** Lends what was lost. */
  #again(lost: readonly Task[]): void {
    for (const task of lost) {
      task.losses += blame(lost)
      if (task.losses <= this.#options.limits.losses) this.share.lending.add(task, true)
      else this.#fail(task.attempt, 'lost', 'lost again and again')
    }
  }

  #fail(attempt: number, reason: FailureReason, text: string): void {
    const { self: worker } = this.#options
    const { job } = this.offer
    this.#up({ kind: 'failed', job, attempt, worker, reason, text: clip(text, TEXT_BYTES) })
  }

  #up(frame: Frame): void {
    if (this.source !== undefined) this.source.send(frame)
    else if (this.#held.length < this.#options.limits.inFlight) this.#held.push(frame)
  }
}
