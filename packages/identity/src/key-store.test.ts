import { describe, test } from 'vitest'
import { storeContract } from './fixtures/store-contract.ts'
import { MemoryKeyStore } from './key-store.ts'

describe('a store in memory', () => {
  test.each(storeContract)('$name', ({ run }) => {
    const store = new MemoryKeyStore()
    return run(() => store)
  })
})
