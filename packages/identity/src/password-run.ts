/**
 * The messages of a password exchange. Its own module, loaded on need.
 * @module
 */
import { concatBytes, utf8ToBytes } from '@noble/hashes/utils.js'
import { wholeNumber } from '@pigeon/transport'
import { peerIdToBytes } from '@pigeon/xor'
import { isEqual } from './constant-time.ts'
import {
  CONFIRMATION_BYTES,
  type CpaceMessage,
  calculateGenerator,
  confirmation,
  intermediateKey,
  lvCat,
  publicShare,
  SHARE_BYTES,
  sharedPoint,
  toScalar,
} from './cpace.ts'
import { MAX_PASSWORD_BYTES } from './limits.ts'
import type {
  ExchangeProblem,
  ExchangeStep,
  PasswordExchange,
  PasswordExchangeOptions,
} from './password-exchange.ts'
import { SessionKey } from './session-key.ts'

const VERSION = 1
const SHARE = 1
const REPLY = 2
const CONFIRM = 3
const CONTEXT = utf8ToBytes('pigeon/password/1')

/** One end of a run of CPace. */
export class PasswordRun implements PasswordExchange {
  /** The first message, for the initiator to send; `undefined` for the other end. */
  readonly message: Uint8Array | undefined
  readonly #options: PasswordExchangeOptions
  readonly #sessionId: Uint8Array
  readonly #scalar: bigint
  readonly #own: CpaceMessage
  #waitsFor: typeof SHARE | typeof REPLY | typeof CONFIRM | undefined
  #secret: Uint8Array = new Uint8Array(0)
  #expected: Uint8Array = new Uint8Array(0)

  /** @throws RangeError if the password is empty or too long; it is not shown */
  constructor(options: PasswordExchangeOptions) {
    const { password, initiator, random, network, linkId, self, remote } = options
    // RFC 8265 §4.2: one form for what looks the same on all keyboards.
    const bytes = utf8ToBytes(password.normalize('NFC'))
    wholeNumber('bytes of a password', bytes.length, 1, MAX_PASSWORD_BYTES)
    this.#options = options
    this.#sessionId = utf8ToBytes(linkId)
    const [first, second] = initiator ? [self, remote] : [remote, self]
    const context = lvCat(
      CONTEXT,
      utf8ToBytes(network),
      peerIdToBytes(first),
      peerIdToBytes(second),
    )
    const input = { password: bytes, context, sessionId: this.#sessionId }
    this.#scalar = toScalar(random.fill(new Uint8Array(32)))
    this.#own = {
      share: publicShare(calculateGenerator(input), this.#scalar),
      data: peerIdToBytes(self),
    }
    this.#waitsFor = initiator ? REPLY : SHARE
    this.message = initiator ? header(SHARE, this.#own.share) : undefined
  }

  /** Takes the next message of the other end; bytes from the network may be given as they are. */
  receive(message: Uint8Array): ExchangeStep {
    const expected = this.#waitsFor
    this.#waitsFor = undefined
    if (message[0] !== expected || message.length < 2) return refused('EXCHANGE_MALFORMED')
    if (message[1] !== VERSION) return refused('EXCHANGE_VERSION')
    const body = message.slice(2)
    if (expected === SHARE && body.length === SHARE_BYTES) return this.#answer(body)
    if (expected === REPLY && body.length === SHARE_BYTES + CONFIRMATION_BYTES) {
      return this.#confirm(body.subarray(0, SHARE_BYTES), body.subarray(SHARE_BYTES))
    }
    if (expected === CONFIRM && body.length === CONFIRMATION_BYTES) {
      return isEqual(body, this.#expected) ? this.#agreed(undefined) : refused('WRONG_PASSWORD')
    }
    return refused('EXCHANGE_MALFORMED')
  }

  /** The responder has both shares. */
  #answer(share: Uint8Array): ExchangeStep {
    const proofs = this.#derive(share)
    if (proofs === undefined) return refused('EXCHANGE_MALFORMED')
    this.#expected = proofs.remote
    this.#waitsFor = CONFIRM
    return { status: 'send', message: header(REPLY, this.#own.share, proofs.own) }
  }

  /** The initiator has both shares, and sees whether the other end has the password. */
  #confirm(share: Uint8Array, proof: Uint8Array): ExchangeStep {
    const proofs = this.#derive(share)
    if (proofs === undefined) return refused('EXCHANGE_MALFORMED')
    if (!isEqual(proof, proofs.remote)) return refused('WRONG_PASSWORD')
    return this.#agreed(header(CONFIRM, proofs.own))
  }

  #derive(share: Uint8Array): { own: Uint8Array; remote: Uint8Array } | undefined {
    const { initiator, remote } = this.#options
    const theirs = { share, data: peerIdToBytes(remote) }
    const point = sharedPoint(this.#scalar, share)
    if (point === undefined) return undefined
    const [first, second] = initiator ? [this.#own, theirs] : [theirs, this.#own]
    this.#secret = intermediateKey(this.#sessionId, point, first, second)
    const prove = (sent: CpaceMessage): Uint8Array =>
      confirmation(this.#sessionId, this.#secret, sent)
    return { own: prove(this.#own), remote: prove(theirs) }
  }

  #agreed(message: Uint8Array | undefined): ExchangeStep {
    const key = new SessionKey(this.#secret, this.#options, this.#options.random)
    return { status: 'agreed', key, message }
  }
}

function header(type: number, ...parts: readonly Uint8Array[]): Uint8Array {
  return concatBytes(Uint8Array.of(type, VERSION), ...parts)
}

function refused(code: ExchangeProblem): ExchangeStep {
  return { status: 'refused', code }
}
