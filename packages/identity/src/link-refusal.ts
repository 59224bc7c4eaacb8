import type { ProofProblem } from './link-handshake.ts'
import type { ExchangeProblem } from './password-exchange.ts'

/** The longest code that one side tells the other, bytes. */
export const MAX_CODE_BYTES = 32

/**
 * Why a link is refused, beside the reasons of a `ProofProblem` and of an `ExchangeProblem`:
 * - `FINGERPRINT`: this kind of link has no certificates to bind a proof to, or they changed
 * - `PROOF_TIMEOUT`: the other side did not prove itself, or nobody let it in, in time
 * - `PROOF_FLOOD`: it sent more than a proof takes
 * - `NOT_AUTHORIZED`: the `authorize` hook said no, or failed
 * - `WRONG_SECRET`: the other side has not the secret of the network
 * - `PASSWORD_NEEDED`: the other side does without the password or secret of the network
 * - `TOO_MANY_ATTEMPTS`: too many password exchanges failed; it may try again in a minute
 * - `VERSION`: there is no version of the format of links that both sides speak
 * - `REFUSED`: the other side says a code that is not known here
 */
export type LinkRefusal =
  | ProofProblem
  | ExchangeProblem
  | 'FINGERPRINT'
  | 'PROOF_TIMEOUT'
  | 'PROOF_FLOOD'
  | 'NOT_AUTHORIZED'
  | 'WRONG_SECRET'
  | 'PASSWORD_NEEDED'
  | 'TOO_MANY_ATTEMPTS'
  | 'VERSION'
  | 'REFUSED'

const KNOWN: { readonly [code in LinkRefusal]: true } = {
  PROOF_MALFORMED: true,
  PROOF_VERSION: true,
  PROOF_REFLECTED: true,
  PROOF_SECOND_KEY: true,
  PROOF_WRONG_ID: true,
  PROOF_INVALID: true,
  PROOF_TIMEOUT: true,
  PROOF_FLOOD: true,
  EXCHANGE_MALFORMED: true,
  EXCHANGE_VERSION: true,
  WRONG_PASSWORD: true,
  WRONG_SECRET: true,
  PASSWORD_NEEDED: true,
  TOO_MANY_ATTEMPTS: true,
  FINGERPRINT: true,
  NOT_AUTHORIZED: true,
  VERSION: true,
  REFUSED: true,
}

/** A code that the other side said, which may be anything. */
export function toRefusal(code: string): LinkRefusal {
  return Object.hasOwn(KNOWN, code) ? (code as LinkRefusal) : 'REFUSED'
}
