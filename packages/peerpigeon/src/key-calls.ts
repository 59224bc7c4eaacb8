import type { CryptoManager, EncryptedMessage, GroupKey } from './crypto-manager.ts'
import { TableCalls } from './table-calls.ts'

/** What a mesh calls the methods of its {@link CryptoManager}. */
export abstract class KeyCalls extends TableCalls {
  abstract readonly cryptoManager: CryptoManager

  /** The same as `cryptoManager`. */
  get crypto(): CryptoManager {
    return this.cryptoManager
  }

  /** Seals for a peer, or for a group. */
  encryptMessage(
    content: unknown,
    peerId: string | null,
    groupId: string | null = null,
  ): Promise<EncryptedMessage> {
    if (groupId !== null) return this.cryptoManager.encryptForGroup(content, groupId)
    if (peerId !== null) return this.cryptoManager.encryptForPeer(content, peerId)
    return Promise.reject(new TypeError('encryptMessage needs a peer id, or a group id'))
  }

  /** Opens what {@link encryptMessage} sealed. @param from who it has to be from, if that matters */
  async decryptMessage(encrypted: EncryptedMessage, from?: string): Promise<unknown> {
    if (encrypted.groupId !== undefined) return this.cryptoManager.decryptFromGroup(encrypted)
    if (from !== undefined && encrypted.from !== from) {
      throw new Error(`this message says it is from ${encrypted.from}, not from ${from}`)
    }
    return this.cryptoManager.decryptFromPeer(encrypted)
  }

  generateGroupKey(groupId: string): Promise<GroupKey> {
    return this.cryptoManager.generateGroupKey(groupId)
  }

  addGroupKey(groupId: string, key: GroupKey): void {
    this.cryptoManager.addGroupKey(groupId, key)
  }

  signData(data: unknown): Promise<string> {
    return this.cryptoManager.sign(data)
  }

  verifySignature(signature: string, data: unknown, publicKey: string): Promise<boolean> {
    return this.cryptoManager.verify(signature, data, publicKey)
  }
}
