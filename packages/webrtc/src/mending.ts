import type { Clock } from '@pigeon/transport'

/** How long an answer may take before the offer is sent again, ms. */
const REMIND_MS = 1000

/** How often an offer is sent again. */
const MAX_REMINDERS = 5

/** What {@link Mending} needs of a negotiation. */
export interface MendingOptions {
  clock: Clock
  /** Offers new addresses for the path. */
  restart: () => void
  /** Sends an offer that is still unanswered again. @returns whether there is one */
  remind: () => boolean
}

/**
 * Looks for another path for a link that fell silent. What broke the path may have swallowed the
 * signals too, so the offer is repeated until it is answered, also once the link is heard again:
 * an offer without an answer would keep all later ones from being made.
 */
export class Mending {
  readonly #options: MendingOptions
  #cancel: () => void = () => {}

  constructor(options: MendingOptions) {
    this.#options = options
  }

  start(): void {
    this.#cancel()
    this.#options.restart()
    this.#arm(MAX_REMINDERS)
  }

  stop(): void {
    this.#cancel()
  }

  #arm(reminders: number): void {
    if (reminders === 0) return
    this.#cancel = this.#options.clock.after(REMIND_MS, () => {
      if (this.#options.remind()) this.#arm(reminders - 1)
    })
  }
}
