import { expect, test } from 'vitest'
import { fakeLinks } from './fixtures/fake-pair.ts'
import { A, B, pair } from './fixtures/pair.ts'
import { settle } from './fixtures/virtual-clock.ts'

const servers = [{ urls: 'stun:stun.example.org' }]

test('servers may be a list, or asked for at each connection, at once or later', async () => {
  for (const iceServers of [servers, () => servers, async () => servers]) {
    const { links, engine } = fakeLinks({ iceServers })
    const { a, b } = pair(links)
    await settle()
    expect([a.state, b.state]).toEqual(['open', 'open'])
    const config = { iceServers: servers, iceTransportPolicy: 'all' }
    expect(engine.configs).toEqual([config, config])
  }
})

test('a link whose servers cannot be had fails, at the end that dials', async () => {
  for (const iceServers of [
    () => Promise.reject(new Error('no credentials')),
    () => {
      throw new Error('no credentials')
    },
  ]) {
    const link = fakeLinks({ iceServers }).links.create({ self: A, remote: B, dial: true })
    const reasons: string[] = []
    link.on('close', (reason) => reasons.push(reason))
    await settle()
    expect(reasons).toEqual(['failed'])
  }
})

test('a link closed while servers are asked for makes no connection', async () => {
  let answer = () => {}
  const iceServers = () =>
    new Promise<typeof servers>((resolve) => {
      answer = () => resolve(servers)
    })
  const { links, engine, clock } = fakeLinks({ iceServers })
  const link = links.create({ self: A, remote: B, dial: true })
  await settle()
  void link.close()
  answer()
  await settle()
  expect([link.state, engine.peers.length]).toEqual(['closed', 0])
  await clock.pass(20_000)
  expect(clock.pending).toBe(0)
})
