import type { Link, Random } from '@pigeon/transport'
import type { LinkRefusal } from './link-refusal.ts'
import type { PasswordAttempts } from './password-attempts.ts'
import { type PasswordExchange, startPasswordExchange } from './password-exchange.ts'
import type { SessionContext, SessionKey } from './session-key.ts'
import { sessionFromSecret } from './share-secret.ts'

/** What both ends of a network's links have: words of people, or a random secret. */
export type SharedKnowledge =
  | { readonly password: string; readonly attempts: PasswordAttempts }
  | { readonly secret: string }

/** What an attempt wants next: to send a message of the exchange, or to be given up. */
export interface AttemptStep {
  readonly message?: Uint8Array | undefined
  readonly refused?: LinkRefusal
}

/** Options of {@link SealedAttempt}. */
export interface SealedAttemptOptions extends SessionContext {
  readonly shared: SharedKnowledge
  readonly initiator: boolean
  readonly random: Random
}

/** One attempt to link: from the agreement on its key to the link inside. */
export class SealedAttempt {
  readonly connection: string
  readonly initiator: boolean
  /** Once it is agreed on. */
  key: SessionKey | undefined
  /** Made when the key is there. */
  link: Link | undefined
  /** Sealed signals that came before the key was there. */
  readonly early: Uint8Array[] = []
  readonly #options: SealedAttemptOptions
  #exchange: PasswordExchange | undefined

  constructor(options: SealedAttemptOptions) {
    this.#options = options
    this.connection = options.linkId
    this.initiator = options.initiator
  }

  /** Derives the key of a secret, or begins the exchange for a password. */
  async begin(): Promise<AttemptStep> {
    const { shared, initiator, random, remote } = this.#options
    if ('secret' in shared) {
      this.key = await sessionFromSecret({ ...this.#options, secret: shared.secret })
      return {}
    }
    const { password, attempts } = shared
    // Who answers has a guess already; who asks only once there is an answer.
    if (!initiator && !attempts.start(remote)) return { refused: 'TOO_MANY_ATTEMPTS' }
    this.#exchange = await startPasswordExchange({
      ...this.#options,
      ...{ password, initiator, random },
    })
    return { message: this.#exchange.message }
  }

  /** Takes a message of the exchange. */
  receive(message: Uint8Array): AttemptStep {
    const { shared, remote } = this.#options
    if (this.#exchange === undefined || 'secret' in shared) return { refused: 'EXCHANGE_MALFORMED' }
    if (this.initiator && !shared.attempts.start(remote)) return { refused: 'TOO_MANY_ATTEMPTS' }
    const step = this.#exchange.receive(message)
    if (step.status === 'refused') return { refused: step.code }
    if (step.status === 'send') return { message: step.message }
    shared.attempts.succeeded(remote)
    this.key = step.key
    this.#exchange = undefined
    return { message: step.message }
  }
}
