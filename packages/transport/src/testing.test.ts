import type { PeerId } from '@pigeon/xor'
import { describe, expect, test } from 'vitest'
import type { Transport } from './contracts.ts'
import { LinkTransport } from './link-transport.ts'
import { connect, MemoryNetwork } from './memory.ts'
import { Multiplexer } from './multiplexer.ts'
import { systemClock } from './system.ts'
import { type ContractSide, observe, transportContract } from './testing.ts'

const A = 'a'.repeat(40) as PeerId
const B = 'b'.repeat(40) as PeerId

/** Two peers linked through memory; `wrap` puts a layer on top of both. */
async function linkedSides(wrap: (transport: LinkTransport) => Transport) {
  const network = new MemoryNetwork({ clock: systemClock })
  const inner = {
    a: new LinkTransport(A, network.maxFrameBytes),
    b: new LinkTransport(B, network.maxFrameBytes),
  }
  const a = wrap(inner.a)
  const b = wrap(inner.b)
  const sides: [ContractSide, ContractSide] = [
    { transport: a, peer: B, ...observe(a, B), until, close: () => dialled.close() },
    { transport: b, peer: A, ...observe(b, A), until, close: () => answering.close() },
  ]
  const [dialled, answering] = connect(network, inner.a, inner.b)
  await until(() => a.neighbours.has(B) && b.neighbours.has(A), 'both sides are up')
  return sides
}

async function until(check: () => boolean, what: string): Promise<void> {
  await expect.poll(check, { message: what, interval: 0, timeout: 4000 }).toBe(true)
}

describe.each([
  ['in-memory', (transport: LinkTransport): Transport => transport],
  [
    'in-memory, multiplexed',
    (transport: LinkTransport): Transport => new Multiplexer(transport).open('contract/1'),
  ],
])('transport contract: %s', (_name, wrap) => {
  test.each(transportContract.map((one) => [one.name, one] as const))('%s', async (_case, one) => {
    const [alice, bob] = await linkedSides(wrap)
    await Promise.all([one.alice(alice), one.bob(bob)])
  })
})
