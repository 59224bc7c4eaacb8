import { hexToBytes } from '@noble/hashes/utils.js'
import { type PeerId, peerIdToBytes } from '@pigeon/xor'
import { utf8Bytes } from './json.ts'

/** What a client proves to a hub: that it holds the key of its id, for this connection alone. */
export interface HubProofFacts {
  readonly peerId: PeerId
  readonly network: string
  /** Host and port that the client dialled, see {@link audienceOf}. */
  readonly audience: string
  /** From CHALLENGE. */
  readonly nonce: string
}

const DOMAIN = 'pigeon/hub-proof/1'

/**
 * The bytes that PROOF signs: `pigeon/hub-proof/1`, 20 bytes of id, 32 of nonce, then audience and
 * network, each behind its length in UTF-8 as two bytes.
 *
 * A hub that passes on another hub's challenge gets a proof for its own name, which that one refuses.
 */
export function hubProofBytes({ peerId, network, audience, nonce }: HubProofFacts): Uint8Array {
  const parts = [utf8Bytes(DOMAIN), peerIdToBytes(peerId), hexToBytes(nonce)]
  for (const text of [audience, network]) {
    const bytes = utf8Bytes(text)
    parts.push(Uint8Array.of(bytes.length >> 8, bytes.length & 0xff), bytes)
  }
  const all = new Uint8Array(parts.reduce((sum, part) => sum + part.length, 0))
  let at = 0
  for (const part of parts) {
    all.set(part, at)
    at += part.length
  }
  return all
}

/**
 * Host and port of a hub's address, as both sides write them: lower case, and without the port that
 * goes without saying.
 * @param address a `ws:` or `wss:` URL, or what the header `Host` says
 */
export function audienceOf(address: string): string {
  const authority = /^(?:wss?:\/\/)?(?:[^/?#@]*@)?([^/?#]*)/i.exec(address)?.[1] ?? ''
  return authority.toLowerCase().replace(/:(80|443)$/, '')
}
