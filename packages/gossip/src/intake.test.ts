import { peerIdToBytes } from '@pigeon/xor'
import { describe, expect, test } from 'vitest'
import { bytes, line, sign, TestNetwork, verify } from '../test/network.ts'
import { Log } from './author.ts'
import { encodeData } from './data-frame.ts'
import { Entry } from './entry.ts'
import { type Content, encodeBody, encodeContent, signedBytes } from './message.ts'

/** A message frame as `author` would make it, or somebody in its name. */
function frame(network: TestNetwork, author: number, payload: string, proof?: Uint8Array) {
  const content: Content = {
    author: peerIdToBytes(network.peer(author).id),
    epoch: network.simulation.startAt,
    sequence: 1,
    timestamp: network.simulation.startAt,
    ttl: 32,
    priority: 'normal',
    report: false,
    topic: 'chat',
    payload: bytes(payload),
  }
  const encoded = encodeContent(content)
  const body = encodeBody(proof ?? sign(signedBytes('', encoded)), encoded)
  const made = { key: '', body, hops: 0, path: undefined, at: 0, late: false }
  return encodeData(
    new Entry(content, new Log(network.peer(author).id, content.epoch), made, []),
    body,
    0,
    0,
  )
}

describe('proofs', () => {
  test.each([
    ['at once', sign, verify],
    [
      'later',
      async (c: Uint8Array) => sign(c),
      async (c: Uint8Array, p: Uint8Array) => verify(c, p),
    ],
  ])('a proof made and checked %s lets the message through', async (_when, signer, verifier) => {
    const network = new TestNetwork(6, line(6), { gossip: { sign: signer, verify: verifier } })
    network.publish(0, 'signed')
    await network.simulation.runUntilAsync(() => network.texts(5).length === 1, 5000)
    expect(network.texts(5)).toEqual(['signed'])
    expect(network.peers.flatMap(({ rejected }) => rejected)).toEqual([])
  })

  test('a proof of one domain means nothing in another', () => {
    const network = new TestNetwork(2, line(2), {
      gossip: (index) => ({ sign, verify, domain: index === 0 ? 'one' : 'another' }),
    })
    network.publish(0, 'x')
    network.run(100)
    expect(network.texts(1)).toEqual([])
    expect(network.peer(1).rejected).toContain('forged')
  })

  test('rubbish sent ahead under an author’s next number does not keep out the message', () => {
    const network = new TestNetwork(3, line(3), { gossip: { sign, verify } })
    for (const payload of ['rubbish', 'more rubbish', 'yet more']) {
      network.forge(2, 1, frame(network, 0, payload, Uint8Array.of(1, 2)))
    }
    network.run(100)
    expect(network.peer(1).rejected).toEqual(['forged', 'forged', 'forged'])
    network.publish(0, 'real')
    network.run(100)
    expect(network.texts(1)).toEqual(['real'])
  })

  test('not even while it is being checked: the message is asked for again', async () => {
    const checks: ((holds: boolean) => void)[] = []
    const network = new TestNetwork(4, [...line(3), [1, 3]], {
      gossip: (index) => ({
        sign,
        verify:
          index === 1
            ? (content, proof) =>
                verify(content, proof) || new Promise((resolve) => checks.push(resolve))
            : verify,
      }),
    })
    for (const payload of ['rubbish', 'more rubbish']) {
      network.forge(3, 1, frame(network, 0, payload, Uint8Array.of(1, 2)))
    }
    network.run(50)
    network.forge(0, 1, frame(network, 0, 'real'))
    network.run(50)
    expect(network.peer(1).gossip.stats.pending).toBe(2)
    expect(network.texts(1)).toEqual([])
    for (const settle of checks) settle(false)
    // The neighbour that brought it must have it, as one that keeps the rules would.
    await network.simulation.runUntilAsync(() => network.frames('pull').length > 0, 1000)
    expect(network.frames('pull').map(({ to }) => to)).toEqual([network.peer(0).id])
  })

  test('two valid messages of one number: the first is delivered, both are passed on as proof', () => {
    const network = new TestNetwork(4, line(4), { gossip: { sign, verify } })
    const equivocations: string[] = []
    for (const { gossip } of network.peers) {
      gossip.on('equivocation', (author) => equivocations.push(author))
    }
    for (const payload of ['yes', 'no', 'perhaps']) {
      network.forge(0, 1, frame(network, 0, payload))
      network.run(100)
    }
    expect([1, 2, 3].map((index) => network.texts(index))).toEqual([['yes'], ['yes'], ['yes']])
    expect(equivocations).toEqual(Array(3).fill(network.peer(0).id))
  })

  test('a check that throws counts as failed', () => {
    const network = new TestNetwork(2, line(2), {
      gossip: {
        verify: () => {
          throw new Error('broken verifier')
        },
      },
    })
    network.publish(0, 'x')
    network.run(100)
    expect(network.texts(1)).toEqual([])
    expect(network.peer(1).rejected).toEqual(['forged'])
  })

  test('open checks are bounded: what comes on top is asked for again later', async () => {
    const settle: ((value: boolean) => void)[] = []
    const network = new TestNetwork(2, line(2), {
      gossip: (index) => ({
        pendingLimit: 5,
        ...(index === 1 && { verify: () => new Promise((resolve) => settle.push(resolve)) }),
      }),
    })
    for (let index = 0; index < 8; index++) network.publish(0, 'x')
    network.run(100)
    expect(settle.length).toBe(5)
    expect(network.peer(1).gossip.stats).toMatchObject({ pending: 5, missing: 3 })
    await network.simulation.runUntilAsync(() => {
      for (const one of settle.splice(0)) one(true)
      return network.texts(1).length === 8
    }, 2000)
    expect(network.texts(1).length).toBe(8)
  })
})

describe('validation', () => {
  test('a validator decides who gets what', async () => {
    const network = new TestNetwork(3, line(3), {
      gossip: {
        validate: async ({ payload }) =>
          ({ good: 'accept', dull: 'ignore', bad: 'reject' })[
            new TextDecoder().decode(payload)
          ] as 'accept',
      },
    })
    for (const payload of ['good', 'dull', 'bad']) network.publish(0, payload)
    await network.simulation.runUntilAsync(() => network.texts(2).length === 1, 1000)
    await network.simulation.runUntilAsync(() => false, 3000)
    expect([1, 2].map((index) => network.texts(index))).toEqual([['good'], ['good']])
    expect(network.peer(1).rejected).toContain('invalid')
    expect(network.peer(2).rejected).toEqual([])
  })
})

describe('bytes that make no sense', () => {
  test('are rejected, and who sends many is shunned for a minute', () => {
    const network = new TestNetwork(2, line(2))
    for (let index = 0; index < 10; index++) network.forge(0, 1, Uint8Array.of(0x11, 1, 99))
    network.run(50)
    expect(network.peer(1).rejected).toEqual(Array(6).fill('malformed'))
    expect(network.peer(1).shunned).toEqual([network.peer(0).id])
    network.publish(0, 'ignored for now')
    network.run(59_000)
    expect(network.texts(1)).toEqual([])
    network.run(2000)
    network.publish(0, 'heard')
    network.run(1000)
    expect(network.texts(1)).toContain('heard')
  })
})
