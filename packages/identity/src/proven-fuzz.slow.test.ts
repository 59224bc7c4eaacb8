import { seededRandom } from '@pigeon/transport/testing'
import { expect, test } from 'vitest'
import { encodeReady, encodeRefuse, encodeTalk } from './admission-frames.ts'
import { someone } from './fixtures/people.ts'
import { ProvenWorld, signalled, watched } from './fixtures/proven-pair.ts'
import { toRefusal } from './link-refusal.ts'

const FRAMES = 1_000_000
const SEED = 4

test('a million mutated frames open no link, each link that ends has a code, and nothing grows', async () => {
  const [alice, bob] = [await someone(1), await someone(2)]
  const dice = seededRandom(SEED)
  const roll = (limit: number) => {
    const bytes = dice.fill(new Uint8Array(4))
    return new DataView(bytes.buffer).getUint32(0) % limit
  }
  const world = new ProvenWorld()
  const codes = new Map<string, number>()
  const honest = await honestFrames()
  let sent = 0
  let links = 0
  let heap = 0
  while (sent < FRAMES) {
    const link = world.links(alice).create({ self: alice.id, remote: bob.id, dial: true })
    const other = world.raw(bob.id, alice.id)
    signalled(link, other)
    const seen = watched(link)
    world.clock.advance(30)
    links++
    while (link.state === 'connecting' && sent < FRAMES) {
      other.send(mutated(honest[roll(honest.length)] as Uint8Array))
      sent++
      world.clock.advance(10)
    }
    world.clock.advance(20_000)
    expect(seen.log, `seed ${SEED}, frame ${sent}`).toEqual(['close rejected'])
    const code = seen.refusal?.code as string
    codes.set(code, (codes.get(code) ?? 0) + 1)
    if (links % 10_000 === 0) await new Promise((resolve) => setImmediate(resolve))
    if (links === 10_000) heap = process.memoryUsage().heapUsed
  }
  const growth = (process.memoryUsage().heapUsed - heap) / 2 ** 20
  console.log(
    `${sent} frames, ${links} links`,
    Object.fromEntries(codes),
    `${growth.toFixed(1)} MiB`,
  )
  expect([...codes.keys()].every((code) => toRefusal(code) === code)).toBe(true)
  expect(world.clock.pending).toBe(0)
  expect(growth).toBeLessThan(64)

  /** What the other end would say. */
  async function honestFrames(): Promise<Uint8Array[]> {
    const said: Uint8Array[] = []
    const tapped = {
      maxFrameBytes: 1000,
      create: (options: Parameters<typeof world.memory.create>[0]) => {
        const link = world.memory.create(options)
        const send = link.send.bind(link)
        return Object.defineProperty(link, 'send', {
          value: (frame: Uint8Array) => {
            said.push(frame)
            return send(frame)
          },
        })
      },
    }
    const a = world.links(alice).create({ self: alice.id, remote: bob.id, dial: true })
    const b = world
      .links(bob, { links: tapped })
      .create({ self: bob.id, remote: alice.id, dial: false })
    signalled(a, b)
    await world.settle()
    void a.close()
    await world.settle()
    return [...said, encodeReady(), encodeTalk(new Uint8Array(9)), encodeRefuse('PROOF_INVALID')]
  }

  function mutated(frame: Uint8Array): Uint8Array {
    const bytes = frame.slice(0, roll(4) === 0 ? roll(frame.length + 1) : frame.length)
    for (let changes = roll(3); changes > 0 && bytes.length > 0; changes--) {
      bytes[roll(bytes.length)] = roll(256)
    }
    return roll(16) === 0 ? Uint8Array.of(...bytes, roll(256)) : bytes
  }
})
