import { expect, it } from 'vitest'
import { joinMesh } from './join.ts'

it('M1 says how to join if called without a name or without hubs', async () => {
  const wrong = joinMesh as (...args: unknown[]) => Promise<unknown>
  const calls = [[], ['net'], ['net', {}], ['net', { hubs: 'ws://h' }], [{ hubs: [] }]]
  for (const args of calls) {
    await expect(wrong(...args), JSON.stringify(args)).rejects.toThrow(
      "options with hubs, please: joinMesh('my-network', { hubs: ['ws://localhost:3000'] })",
    )
  }
})
