import { HubServer } from '@pigeon/hub/server'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { Browser, type Tab } from './fixtures/browser.ts'
import { Firefox } from './fixtures/firefox.ts'
import type { Message } from './fixtures/page.ts'
import { PigeonMesh } from './index.ts'

const NETWORK = 'three-engines'

const hub = new HubServer({ port: 0 })
let hubs: string[]
let firefox: Firefox
let chromium: Browser

beforeAll(async () => {
  hubs = [(await hub.start()).url]
  ;[firefox, chromium] = await Promise.all([Firefox.open(), Browser.open()])
}, 60_000)
afterAll(async () => {
  await Promise.all([firefox.close(), chromium.close()])
  await hub.stop()
}, 30_000)

/** What the test does with a peer, wherever it runs. */
interface Member {
  readonly name: string
  readonly id: string
  whenPeers(count: number): Promise<unknown>
  broadcast(text: string): unknown
  /** Resolves once a direct message was delivered. */
  reach(id: string): Promise<unknown>
  messages(): Promise<readonly Message[]>
}

async function joinTab(tab: Pick<Tab, 'call'>, name: string): Promise<Member> {
  return {
    name,
    id: await tab.call('join', NETWORK, { hubs }),
    whenPeers: (count) => tab.call('whenPeers', count),
    broadcast: (text) => tab.call('broadcast', text),
    reach: (id) => tab.call('reach', id),
    messages: () => tab.call('messages'),
  }
}

async function joinNode(mesh: PigeonMesh): Promise<Member> {
  const heard: Message[] = []
  mesh.on('messageReceived', ({ from, direct, content }) => heard.push({ from, direct, content }))
  await mesh.connect()
  return {
    name: 'Node',
    id: mesh.peerId,
    whenPeers: (count) => mesh.whenPeers(count),
    broadcast: (text) => mesh.sendMessage(text),
    reach: (id) =>
      new Promise<void>((resolve, reject) => {
        const wanted = mesh.sendDirectMessage(id, 'are you there?')
        mesh.on('messageDelivered', ({ messageId }) => messageId === wanted && resolve())
        mesh.on(
          'messageFailed',
          ({ messageId, code }) => messageId === wanted && reject(new Error(code)),
        )
      }),
    messages: async () => heard,
  }
}

test('M20 Firefox, Chromium and Node are one network: all links, broadcasts and direct messages all ways', async () => {
  const mesh = new PigeonMesh(NETWORK, { hubs })
  const members = [
    await joinTab(await firefox.tab(), 'Firefox'),
    await joinTab(await firefox.tab(), 'another Firefox'),
    await joinTab(await chromium.tab(), 'Chromium'),
    await joinNode(mesh),
  ]
  await Promise.all(members.map((member) => member.whenPeers(members.length - 1)))

  for (const member of members) await member.broadcast(`from ${member.name}`)
  for (const member of members) {
    const others = members.filter((other) => other !== member)
    const broadcasts = async () => (await member.messages()).filter(({ direct }) => !direct)
    await expect.poll(broadcasts, { message: member.name }).toHaveLength(others.length)
    const expected = others.map(({ id: from, name }) => ({
      from,
      direct: false,
      content: `from ${name}`,
    }))
    expect(await broadcasts()).toEqual(expect.arrayContaining(expected))
  }

  for (const member of members) {
    for (const other of members) if (other !== member) await member.reach(other.id)
  }
  for (const member of members) {
    const direct = (await member.messages()).filter(({ direct }) => direct)
    expect(direct.map(({ from }) => from).sort()).toEqual(
      members.flatMap(({ id }) => (id === member.id ? [] : [id])).sort(),
    )
  }
  await mesh.close()
}, 60_000)
