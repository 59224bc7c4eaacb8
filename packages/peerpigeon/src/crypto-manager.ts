import { openWithKey, peerIdFromKey, sealEnvelope, sealWithKey } from '@pigeon/identity'
import { systemCrypto } from '@pigeon/identity/system'
import type { KeyCard, PigeonMesh } from '@pigeon/peer'
import { type Identity, type PeerId, peerIdFromName } from '@pigeon/peer'
import { systemRandom } from '@pigeon/transport/system'
import { base64ToBytes, bytesToBase64 } from './base64.ts'
import { DebugLogger } from './debug-logger.ts'

/** Bytes of a group's key. */
const GROUP_KEY_BYTES = 32

/** Groups whose keys are held; a further one is refused. */
const MAX_GROUPS = 1000

/** Something sealed, which JSON can carry. */
export interface EncryptedMessage {
  readonly encrypted: true
  /** Who sealed it: proven when it is opened, unless it is for a group. */
  readonly from: PeerId
  /** For whom; or for which group. */
  readonly to?: PeerId
  readonly groupId?: string
  /** Base64. */
  readonly ciphertext: string
  /** Ms since 1970, by the clock of who sealed it. */
  readonly timestamp: number
}

/** The key of a group, to be handed to its members by a way that is safe. */
export interface GroupKey {
  readonly groupId: string
  /** Base64 of 32 bytes. */
  readonly key: string
}

/** Where keys of others come from. */
export interface CryptoSource {
  readonly peerId: PeerId
  readonly identity: Identity
  readonly pigeon: PigeonMesh | undefined
}

const log = DebugLogger.create('CryptoManager')

/** Seals, opens, signs and verifies with this peer's keys. */
export class CryptoManager {
  readonly #source: () => CryptoSource
  readonly #enabled: boolean
  readonly #start: () => Promise<unknown>
  readonly #groups = new Map<string, Uint8Array>()

  constructor(source: () => CryptoSource, enabled: boolean, start: () => Promise<unknown>) {
    this.#source = source
    this.#enabled = enabled
    this.#start = start
  }

  /** Makes the keys, if `mesh.init()` has not. */
  async init(): Promise<this> {
    this.#check()
    await this.#start()
    return this
  }

  /** The keys of this peer, made if there are none: the secret one never leaves. */
  async generateKeyPair(): Promise<{ readonly publicKey: string; readonly peerId: PeerId }> {
    await this.init()
    const { identity, peerId } = this.#source()
    return { publicKey: bytesToBase64(identity.key), peerId }
  }

  getStatus(): { readonly enabled: boolean; readonly hasKeys: boolean; readonly groups: number } {
    return { enabled: this.#enabled, hasKeys: this.#hasKeys, groups: this.#groups.size }
  }

  /** Base64 of this peer's Ed25519 public key. */
  getPublicKey(): string {
    return bytesToBase64(this.#source().identity.key)
  }

  /**
   * Seals for one peer, signed inside.
   * @throws Error if its keys cannot be had
   */
  async encryptForPeer(content: unknown, peerId: string): Promise<EncryptedMessage> {
    this.#check()
    const { identity, peerId: from } = this.#source()
    const card = await this.#cardOf(peerId)
    const sealed = await sealEnvelope(toBytes(content), {
      crypto: systemCrypto,
      random: systemRandom,
      to: card,
      aad: context(from, card.id),
      sender: identity,
    })
    log.debug(`sealed ${sealed.length} bytes for ${peerId}`)
    return message(from, { to: card.id, ciphertext: bytesToBase64(sealed) })
  }

  /**
   * Opens what was sealed for this peer.
   * @throws Error if it was sealed for somebody else, changed, or not by whom it says
   */
  async decryptFromPeer(encrypted: EncryptedMessage): Promise<unknown> {
    this.#check()
    const { identity, peerId } = this.#source()
    const bytes = base64ToBytes(encrypted.ciphertext)
    const opened = await identity.open(bytes, { aad: context(encrypted.from, peerId) })
    if (!opened.ok) throw new Error(`this message cannot be opened here: ${opened.code}`)
    if (opened.sender === undefined || peerIdFromKey(opened.sender) !== encrypted.from) {
      throw new Error(`this message is not by ${encrypted.from}`)
    }
    return fromBytes(opened.bytes)
  }

  /** Makes the key of a group; others get it by {@link addGroupKey}. */
  async generateGroupKey(groupId: string): Promise<GroupKey> {
    const key = systemRandom.fill(new Uint8Array(GROUP_KEY_BYTES))
    const made = { groupId, key: bytesToBase64(key) }
    this.addGroupKey(groupId, made)
    return made
  }

  /** @throws RangeError if it is no key, or there are too many groups */
  addGroupKey(groupId: string, { key }: { readonly key: string }): void {
    const bytes = base64ToBytes(key)
    if (bytes.length !== GROUP_KEY_BYTES) {
      throw new RangeError(`the key of a group has ${GROUP_KEY_BYTES} bytes, got ${bytes.length}`)
    }
    if (this.#groups.size >= MAX_GROUPS && !this.#groups.has(groupId)) {
      throw new RangeError(`there are ${MAX_GROUPS} groups already`)
    }
    this.#groups.set(groupId, bytes)
  }

  /** Seals for all who have the key of a group; any of them may have written it. */
  async encryptForGroup(content: unknown, groupId: string): Promise<EncryptedMessage> {
    this.#check()
    const key = this.#groupKey(groupId)
    const options = { key, random: systemRandom, aad: groupContext(groupId) }
    const sealed = await sealWithKey(toBytes(content), options)
    return message(this.#source().peerId, { groupId, ciphertext: bytesToBase64(sealed) })
  }

  /** @throws Error if there is no key of the group, or it does not open this */
  async decryptFromGroup({ groupId = '', ciphertext }: EncryptedMessage): Promise<unknown> {
    this.#check()
    const options = { key: this.#groupKey(groupId), aad: groupContext(groupId) }
    const opened = await openWithKey(base64ToBytes(ciphertext), options)
    if (opened === undefined) throw new Error(`the key of group ${groupId} does not open this`)
    return fromBytes(opened)
  }

  /** @returns base64 of an Ed25519 signature */
  async sign(data: unknown): Promise<string> {
    this.#check()
    return bytesToBase64(await this.#source().identity.sign(toSigned(data)))
  }

  /** @param publicKey base64, as {@link getPublicKey} gives it */
  async verify(signature: string, data: unknown, publicKey: string): Promise<boolean> {
    this.#check()
    try {
      const [bytes, key] = [base64ToBytes(signature), base64ToBytes(publicKey)]
      return await systemCrypto.verify(toSigned(data), bytes, key)
    } catch {
      return false
    }
  }

  get #hasKeys(): boolean {
    try {
      return this.#source().identity !== undefined
    } catch {
      return false
    }
  }

  #check(): void {
    if (this.#enabled) return
    throw new Error('encryption was switched off by enableCrypto: false; leave the option out')
  }

  #groupKey(groupId: string): Uint8Array {
    const key = this.#groups.get(groupId)
    if (key === undefined) throw new Error(`there is no key of group ${groupId}: see addGroupKey`)
    return key
  }

  async #cardOf(peerId: string): Promise<KeyCard> {
    const { pigeon } = this.#source()
    const card = await pigeon?.cardOf(peerId)
    if (card === undefined) {
      throw new Error(`the keys of ${peerId} cannot be had: it is not in the network, or has none`)
    }
    return card
  }
}

function message(
  from: PeerId,
  rest: Pick<EncryptedMessage, 'to' | 'groupId' | 'ciphertext'>,
): EncryptedMessage {
  return { encrypted: true, from, ...rest, timestamp: Date.now() }
}

const encoder = new TextEncoder()

/** A stranger's message must not pass for one between two others. */
function context(from: string, to: string): Uint8Array {
  return encoder.encode(`peerpigeon/message/1 ${from} ${to}`)
}

function groupContext(groupId: string): Uint8Array {
  return encoder.encode(`peerpigeon/group/1 ${peerIdFromName(groupId)}`)
}

/** Nothing else that is signed looks like this. */
function toSigned(data: unknown): Uint8Array {
  return encoder.encode(
    `peerpigeon/data/1 ${typeof data === 'string' ? data : JSON.stringify(data)}`,
  )
}

function toBytes(content: unknown): Uint8Array {
  const text = JSON.stringify(content) as string | undefined
  if (text === undefined) throw new TypeError(`a message is a JSON value, got ${typeof content}`)
  return encoder.encode(text)
}

function fromBytes(bytes: Uint8Array): unknown {
  return JSON.parse(new TextDecoder().decode(bytes))
}
