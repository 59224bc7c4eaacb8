import type { ChildProcess } from 'node:child_process'
import { networkInterfaces } from 'node:os'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { type Children, children, told } from './fixtures/fork.ts'
import { realLinks } from './fixtures/links.ts'
import { A, B, closed, opened } from './fixtures/pair.ts'
import type { WebRtcLink } from './link.ts'
import { weriftEngine } from './werift.ts'

const links = realLinks(weriftEngine())
let forks: Children

beforeAll(async () => {
  forks = await children()
}, 20_000)
afterAll(() => forks.remove())

/** A link to a process that answers. */
async function linkTo(child: ChildProcess): Promise<WebRtcLink> {
  const link = links.create({ self: A, remote: B, dial: true })
  link.on('signal', (signal) => child.send({ signal }))
  child.on('message', ({ signal }: { signal?: unknown }) => {
    if (signal !== undefined) link.signal(signal)
  })
  await opened(link)
  return link
}

const exited = (child: ChildProcess) => new Promise((resolve) => child.once('exit', resolve))

test.concurrent('a killed process is suspect within 3.5 s and gone within 6.5 s, as timeout', async () => {
  const child = forks.start('answer')
  const link = await linkTo(child)
  const reason = closed(link)
  const suspect = new Promise<void>((resolve) => link.on('suspect', resolve))
  const killedAt = performance.now()
  child.kill('SIGKILL')
  await suspect
  const suspectMs = performance.now() - killedAt
  expect(await reason).toBe('timeout')
  const ms = performance.now() - killedAt
  console.log(`kill -9: suspect after ${suspectMs.toFixed(0)} ms, gone after ${ms.toFixed(0)} ms`)
  expect(suspectMs).toBeLessThan(3500)
  expect(ms).toBeLessThan(6500)
})

test.concurrent('an event loop that stands still for 4 s does not close the link', async () => {
  const child = forks.start('answer')
  const link = await linkTo(child)
  const seen: string[] = []
  for (const event of ['suspect', 'recovered', 'close'] as const) {
    link.on(event, () => seen.push(event))
  }
  const stalled = told(child, 'stalled')
  child.send({ stall: 4000 })
  await stalled
  const echo = new Promise((resolve) => link.on('frame', resolve))
  link.send(Uint8Array.of(1, 2, 3))
  expect(await echo).toEqual(Uint8Array.of(1, 2, 3))
  expect(seen).toEqual(['suspect', 'recovered'])
  const end = told<{ closed: string }>(child, 'closed')
  await link.close()
  expect((await end).closed).toBe('bye')
  await exited(child)
})

test.concurrent('without ICE servers nobody is asked and only this machine is sent to', async () => {
  const child = forks.start('quiet')
  const { names, addresses } = await told<{ names: string[]; addresses: string[] }>(child, 'names')
  expect(names).toEqual([])
  const own = Object.values(networkInterfaces()).flatMap((all) => all?.map((one) => one.address))
  expect(own).toEqual(expect.arrayContaining(addresses))
  expect(addresses.length).toBeGreaterThan(0)
  await exited(child)
})

test.concurrent('a hundred links later nothing is left open, and the process ends by itself', async () => {
  const child = forks.start('cycles')
  const gone = exited(child).then(() => Date.now())
  const { most, left, closedAt } = await told<{ most: number; left: number; closedAt: number }>(
    child,
    'left',
  )
  expect(most).toBeGreaterThan(0)
  expect(left).toBe(0)
  // Timers are gone as well, or they would keep it alive.
  const ms = (await gone) - closedAt
  console.log(`process ended ${ms} ms after the last close`)
  expect(ms).toBeLessThan(1000)
})
