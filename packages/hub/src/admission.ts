import { peerIdFromKey, type Verify } from '@pigeon/identity'
import {
  describeVersions,
  type ErrorCode,
  type Hello,
  hubProofBytes,
  negotiateVersion,
  type Proof,
  VERSIONS,
} from '@pigeon/signaling-protocol'
import { type AuthMode, allows, type VerifyToken, wantsProof, wantsToken } from './auth.ts'
import type { Connection } from './connection.ts'
import type { Evidence } from './elsewhere.ts'
import { bytesFromHex } from './hex.ts'

/** The first version with CHALLENGE and PROOF. */
const PROOF_VERSION = 3

/** A client that may join. */
export interface Admitted {
  readonly hello: Hello
  readonly version: number
  /** It holds the key that its id is the hash of. */
  readonly proven: boolean
  /** When its token ends, ms since the Unix epoch. */
  readonly expiresAt: number | undefined
  /** What it proved its id with. */
  readonly evidence?: Evidence | undefined
}

/** A client between HELLO and WELCOME. */
export interface Pending {
  readonly hello: Hello
  readonly version: number
  /** Of the CHALLENGE it has to answer; `undefined` once it did. */
  nonce: string | undefined
}

/** What {@link Admission} needs from its hub. */
export interface AdmissionOptions {
  readonly mode: AuthMode
  /** Makes nonces for CHALLENGE. */
  readonly nonce: () => string
  readonly verify: Verify | undefined
  readonly verifyToken: VerifyToken | undefined
  readonly challenge: (connection: Connection, nonce: string) => void
  readonly refuse: (connection: Connection, code: ErrorCode, message: string) => void
  readonly admit: (connection: Connection, admitted: Admitted) => void
}

/**
 * What a client has to show between HELLO and WELCOME.
 *
 * Invariants: a nonce is for one connection and one answer; every refusal for want of rights reads
 * the same, whether or not the network exists; nothing is decided for a connection that closes.
 */
export class Admission {
  readonly #options: AdmissionOptions

  constructor(options: AdmissionOptions) {
    this.#options = options
  }

  /** A HELLO came, the only one of its connection. */
  hello(connection: Connection, hello: Hello): void {
    const { mode, verify, challenge, refuse } = this.#options
    const version = negotiateVersion(VERSIONS, hello.versions)
    if (version === undefined) {
      const [ours, theirs] = [describeVersions(VERSIONS), describeVersions(hello.versions)]
      refuse(connection, 'VERSION', `this hub speaks version ${ours}, the client ${theirs}`)
      return
    }
    const { key } = hello
    const canProve = key !== undefined && version >= PROOF_VERSION && verify !== undefined
    if (wantsProof(mode) && !canProve) {
      refuse(
        connection,
        'AUTH_REQUIRED',
        "this hub takes only ids that a key proves; others need a hub with auth 'open'",
      )
      return
    }
    if (wantsToken(mode) && hello.token === undefined) {
      refuse(connection, 'AUTH_REQUIRED', 'this hub wants a token')
      return
    }
    if (canProve && peerIdFromKey(bytesFromHex(key)) !== hello.peerId) {
      refuse(connection, 'AUTH_FAILED', 'the id is not the hash of the key')
      return
    }
    const nonce = canProve ? this.#options.nonce() : undefined
    connection.pending = { hello, version, nonce }
    if (nonce === undefined) void this.#decide(connection, undefined)
    else challenge(connection, nonce)
  }

  /** A PROOF came. @returns whether one was due */
  proof(connection: Connection, proof: Proof): boolean {
    const { pending, audiences } = connection
    if (pending?.nonce === undefined) return false
    const { hello, nonce } = pending
    pending.nonce = undefined
    const { audience, signature } = proof
    if (audiences.length > 0 && !audiences.includes(audience)) {
      this.#options.refuse(connection, 'AUTH_FAILED', 'the proof is for another hub')
      return true
    }
    const { peerId, network, key } = hello
    const signed = hubProofBytes({ peerId, network, audience, nonce })
    void this.#check(connection, signed, { key: key as string, audience, nonce, signature })
    return true
  }

  async #check(connection: Connection, signed: Uint8Array, evidence: Evidence): Promise<void> {
    const { verify, refuse } = this.#options
    const [signature, key] = [bytesFromHex(evidence.signature), bytesFromHex(evidence.key)]
    const answer = verify?.(signed, signature, key)
    // Without a wait where there is nothing to wait for.
    const valid = typeof answer === 'boolean' ? answer : await answer
    if (connection.closing) return
    if (valid === true) await this.#decide(connection, evidence)
    else refuse(connection, 'AUTH_FAILED', 'the proof is not valid')
  }

  async #decide(connection: Connection, evidence: Evidence | undefined): Promise<void> {
    const { mode, verifyToken, refuse, admit } = this.#options
    const { hello, version } = connection.pending as Pending
    let expiresAt: number | undefined
    if (wantsToken(mode)) {
      const grant = await verifyToken?.(hello.token as string)
      if (connection.closing) return
      if (grant === undefined || !allows(grant, hello.peerId, hello.network)) {
        refuse(connection, 'AUTH_FAILED', 'the token is not valid for this')
        return
      }
      expiresAt = grant.expiresAt
    }
    connection.pending = undefined
    const proven = evidence !== undefined
    admit(connection, { hello, version, proven, expiresAt, evidence })
  }
}
