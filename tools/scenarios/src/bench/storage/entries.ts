import { ed25519 } from '@noble/curves/ed25519.js'
import { Space } from '@pigeon/crdt-storage'
import type { CryptoEngine } from '@pigeon/identity'
import { systemCrypto } from '@pigeon/identity/system'
import type * as Y from 'yjs'
import { somebody } from './people.ts'
import { median, type Section } from './section.ts'

const ENTRIES = 400

/** Signatures in JavaScript, as where a platform has none. */
const pureJavaScript: CryptoEngine = {
  ...systemCrypto,
  signingKey: (seed) => {
    const secret = seed.slice()
    return {
      publicKey: ed25519.getPublicKey(secret),
      sign: (bytes) => ed25519.sign(bytes, secret),
    }
  },
}

async function entryMs(crypto: CryptoEngine): Promise<number> {
  const space = await Space.create({}, await somebody({ crypto }))
  const text = (space.doc('d') as Y.Doc).getText()
  const times: number[] = []
  for (let count = 0; count < ENTRIES; count++) {
    const before = performance.now()
    text.insert(text.length, 'x')
    await space.flush()
    times.push(performance.now() - before)
  }
  await space.close()
  return median(times)
}

/** One signature in JavaScript on this machine now, the part nobody can save. */
function signatureMs(): number {
  const secret = new Uint8Array(32).fill(7)
  const times = Array.from({ length: 50 }, () => {
    const before = performance.now()
    ed25519.sign(secret, secret)
    return performance.now() - before
  })
  return median(times)
}

/** From a local edit to a sealed, signed entry in the log. */
export const entries: Section = async () => [
  {
    metric: 'edit to entry, p50, native Ed25519',
    ours: await entryMs(systemCrypto),
    unit: 'ms',
    goal: { atMost: 1 },
  },
  {
    metric: 'edit to entry, p50, JavaScript',
    ours: await entryMs(pureJavaScript),
    peer: signatureMs(),
    peerName: 'one signature',
    unit: 'ms',
    goal: { atMost: 3 },
  },
]
