import { bytesToHex } from '@noble/hashes/utils.js'
import type { PeerId } from '@pigeon/xor'
import { encodeClientMessage } from './client-codec.ts'
import type { HubProver, ResolvedClientOptions } from './client-options.ts'
import { audienceOf, hubProofBytes } from './hub-proof.ts'
import { VERSIONS } from './limits.ts'

/** The HELLO of a client, as bytes. */
export function helloBytes(options: ResolvedClientOptions, session: string): Uint8Array {
  const { self: peerId, network, prove, token } = options
  return encodeClientMessage({
    type: 'hello',
    versions: [VERSIONS[0], VERSIONS[1]],
    peerId,
    network,
    session,
    key: prove && bytesToHex(prove.publicKey),
    token: token?.(),
  })
}

/** The answer to a CHALLENGE of the hub at `url`, as bytes. */
export async function proofBytes(
  prove: HubProver,
  facts: { peerId: PeerId; network: string; url: string; nonce: string },
): Promise<Uint8Array> {
  const audience = audienceOf(facts.url)
  const signature = bytesToHex(await prove.sign(hubProofBytes({ ...facts, audience })))
  return encodeClientMessage({ type: 'proof', audience, signature })
}
