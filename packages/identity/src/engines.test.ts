import { describe, test } from 'vitest'
import { engineContract } from './fixtures/engine-contract.ts'
import { nobleCrypto, webCrypto } from './fixtures/engines.ts'
import { browserCrypto } from './system-browser.ts'
import { systemCrypto } from './system-node.ts'

describe.each([
  ['Node', systemCrypto],
  ['Web Cryptography in Node', webCrypto()],
  ['JavaScript', nobleCrypto],
  ['a page that has all', browserCrypto(globalThis.crypto.subtle)],
  ['a page that has nothing', browserCrypto(undefined)],
])('engine: %s', (_name, crypto) => {
  test.each(engineContract)('$name', ({ run }) => run(crypto))
})
