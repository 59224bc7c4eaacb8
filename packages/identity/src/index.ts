/**
 * Keys, the ids they prove, and what they sign and seal.
 * @module
 */

export { MAX_TALK_BYTES } from './admission-frames.ts'
export { AUTHOR_PROOF_BYTES, signAsAuthor, verifyAuthor } from './author-proof.ts'
export type { Awaitable } from './awaitable.ts'
export {
  type CardContent,
  MAX_CARD_BODY_BYTES,
  MAX_CARD_BYTES,
  MAX_CARD_VALID_MS,
  type Signer,
  signCard,
} from './card.ts'
export {
  type Card,
  type CardExpectation,
  type CardProblem,
  CardVerifier,
  type CardVerifierOptions,
  type Checked,
  type CheckedCard,
} from './card-verifier.ts'
export {
  CERTIFICATE_KIND,
  type Certificate,
  checkCertificate,
  MAX_CERTIFICATE_VALID_MS,
  signCertificate,
  type User,
} from './certificate.ts'
export {
  type AgreementEngine,
  type CipherEngine,
  type CryptoEngine,
  KEY_BYTES,
  type ReceivingKey,
  type ScryptCost,
  SIGNATURE_BYTES,
  type SignatureEngine,
  type SigningKey,
  type Verify,
} from './engine.ts'
export {
  type EnvelopeOptions,
  type EnvelopeProblem,
  type Opened,
  type OpenOptions,
  sealEnvelope,
} from './envelope.ts'
export { CARD_VALID_MS, Identity, type IdentityOptions } from './identity.ts'
export { IdentityError, type IdentityErrorCode } from './identity-error.ts'
export {
  checkKeyCard,
  KEY_CARD_KIND,
  type KeyCard,
  type KeyCardProblem,
  signKeyCard,
} from './key-card.ts'
export {
  EXPORT_COST,
  type ExportOptions,
  exportUserKey,
  type ImportOptions,
  importUserKey,
  MAX_IMPORT_MEMORY_BYTES,
  type PassphraseOptions,
} from './key-export.ts'
export { peerIdFromKey } from './key-id.ts'
export { isReceivingKey, isSigningKey, isVerifiable } from './key-rules.ts'
export { type KeyStore, MemoryKeyStore } from './key-store.ts'
export { Keys, SECRET_BYTES } from './keys.ts'
export { KnownAuthors, type KnownAuthorsOptions } from './known-authors.ts'
export {
  ENVELOPE_OVERHEAD_BYTES,
  MAX_ENVELOPE_BYTES,
  MAX_PASSWORD_BYTES,
  SEALED_OVERHEAD_BYTES,
} from './limits.ts'
export {
  type HandshakeStep,
  LinkHandshake,
  type LinkHandshakeOptions,
  type ProofProblem,
  type ProvenPeer,
} from './link-handshake.ts'
export {
  BINDING_BYTES,
  FINGERPRINT_BYTES,
  type LinkFacts,
  type LinkSide,
  NONCE_BYTES,
  proofTranscript,
  signProof,
  verifyProof,
} from './link-proof.ts'
export { type LinkRefusal, toRefusal } from './link-refusal.ts'
export type { Authorize, LinkTalk } from './link-talk.ts'
export { PasswordAttempts, type PasswordAttemptsOptions } from './password-attempts.ts'
export {
  type ExchangeProblem,
  type ExchangeStep,
  type PasswordExchange,
  type PasswordExchangeOptions,
  startPasswordExchange,
} from './password-exchange.ts'
export { type BoundLink, ProvenLink } from './proven-link.ts'
export { PROOF_TIMEOUT_MS, ProvenLinks, type ProvenLinksOptions } from './proven-links.ts'
export { SealedLink } from './sealed-link.ts'
export { AGREEMENT_TIMEOUT_MS, SealedLinks, type SealedLinksOptions } from './sealed-links.ts'
export {
  openWithKey,
  type SealOptions,
  sealWithKey,
} from './sealing.ts'
export type { SessionContext, SessionKey } from './session-key.ts'
export {
  generateShareSecret,
  parseShareSecret,
  type SecretSessionOptions,
  SHARE_SECRET_BITS,
  sessionFromSecret,
} from './share-secret.ts'
