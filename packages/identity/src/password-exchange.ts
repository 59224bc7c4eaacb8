import type { Random } from '@pigeon/transport'
import { lazily } from './lazily.ts'
import type { SessionContext, SessionKey } from './session-key.ts'

const runs = lazily(() => import('./password-run.ts'))

/**
 * Why an exchange ended without a key:
 * - `EXCHANGE_MALFORMED`: a message that is no part of this, or comes when it should not
 * - `EXCHANGE_VERSION`: a version that is not known
 * - `WRONG_PASSWORD`: the other end has another password, or is not who or where it seems
 */
export type ExchangeProblem = 'EXCHANGE_MALFORMED' | 'EXCHANGE_VERSION' | 'WRONG_PASSWORD'

/**
 * What to do after a message:
 * - `send`: send this message, and wait for the next one
 * - `agreed`: both ends have the password; send the message, if there is one
 * - `refused`: give up, and say the code
 */
export type ExchangeStep =
  | { readonly status: 'send'; readonly message: Uint8Array }
  | {
      readonly status: 'agreed'
      readonly key: SessionKey
      readonly message: Uint8Array | undefined
    }
  | { readonly status: 'refused'; readonly code: ExchangeProblem }

/** Options of {@link startPasswordExchange}. */
export interface PasswordExchangeOptions extends SessionContext {
  /** What people agreed on, in any words: 1 to `MAX_PASSWORD_BYTES` bytes of UTF-8. */
  readonly password: string
  /** Whether this end sends the first message. */
  readonly initiator: boolean
  readonly random: Random
}

/**
 * One end of a run of CPace, before an offer is made: three messages, which whoever relays them may
 * read and keep, since nothing in them allows to test a guess afterwards. One run allows one guess;
 * `PasswordAttempts` counts them.
 *
 * It carries no messages and has no timer; whoever does, drops it after a while without an answer.
 */
export interface PasswordExchange {
  /** The first message, for the initiator to send; `undefined` for the other end. */
  readonly message: Uint8Array | undefined
  /** Takes the next message of the other end; bytes from the network may be given as they are. */
  receive(message: Uint8Array): ExchangeStep
}

/**
 * Begins one end of an exchange.
 * @throws RangeError if the password is empty or too long; it is not shown
 * @see draft-irtf-cfrg-cpace-21; SPEC.md
 */
export async function startPasswordExchange(
  options: PasswordExchangeOptions,
): Promise<PasswordExchange> {
  return new (await runs()).PasswordRun(options)
}
