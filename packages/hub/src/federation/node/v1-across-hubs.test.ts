import { expect, test, vi } from 'vitest'
import { cleanups, client, connected } from '../../../test/server-harness.ts'
import { V1Client } from '../../../test/v1-client.ts'
import { FederatedHubServer } from '../../federation.ts'

const SECRET = 'a secret for tests that is long enough'
const soon = { timeout: 10_000, interval: 20 }

/** Whom it was told of, each once: who waits is told of again. */
function heard({ discovered }: V1Client): string[] {
  return [...new Set(discovered)]
}

/** Hubs in a chain of bootstraps, all linked. */
async function hubs(count: number): Promise<string[]> {
  const urls: string[] = []
  const servers: FederatedHubServer[] = []
  for (let index = 0; index < count; index++) {
    const server = new FederatedHubServer({
      ...{ port: 0, hubSecret: SECRET, auth: 'open', connectRate: 1e6, connectBurst: 1e6 },
      bootstrapHubs: urls.slice(0, 1),
    })
    urls.push((await server.start()).url)
    servers.push(server)
    cleanups.push(() => server.stop())
  }
  const isWhole = () => servers.every((each) => each.getHubStats().totalHubs === count - 1)
  await vi.waitFor(() => expect(isWhole()).toBe(true), soon)
  return urls
}

test('H7 peers of PeerPigeon at three hubs are named to each other in pairs, and signal each other', async () => {
  const urls = await hubs(3)
  const clients = await Promise.all(urls.map((url) => new V1Client(url).join('net')))
  await vi.waitFor(() => {
    for (const each of clients) expect(heard(each)).toHaveLength(2)
  }, soon)
  const [alice, , carol] = clients as [V1Client, V1Client, V1Client]
  for (const type of ['offer', 'answer', 'ice-candidate']) {
    alice.signal(type, { type, sdp: 'v=0' }, carol.id)
  }
  await vi.waitFor(() => expect(carol.all('ice-candidate')).toHaveLength(1), soon)
  expect(carol.all('offer')).toMatchObject([
    { data: { type: 'offer', sdp: 'v=0' }, fromPeerId: alice.id, networkName: 'net' },
  ])
  carol.socket.close()
  await vi.waitFor(() => {
    expect(alice.all('peer-disconnected')).toMatchObject([{ data: { peerId: carol.id } }])
  }, soon)
})

test('S3 networks of one name and two versions stay apart across hubs', async () => {
  const [first = '', second = ''] = await hubs(2)
  const old = await new V1Client(first).join('net')
  const late = await connected(client(second, 'net'))
  const told: unknown[] = []
  late.on('peers', (peers) => told.push(...peers))
  const other = await new V1Client(second).join('net')
  await vi.waitFor(() => expect(heard(other)).toEqual([old.id]), soon)
  expect(told).toEqual([])
  late.send(old.id, new Uint8Array(10))
  const gone = new Promise((resolve) => late.on('undeliverable', resolve))
  expect(await gone).toBe(old.id)
  expect(old.all('offer')).toEqual([])
})

test('S3 the longest name of a network goes from hub to hub', async () => {
  const [first = '', second = ''] = await hubs(2)
  const name = 'n'.repeat(128)
  const [alice, bob] = [await new V1Client(first).join(name), await new V1Client(second).join(name)]
  await vi.waitFor(() => {
    expect([heard(alice), heard(bob)]).toEqual([[bob.id], [alice.id]])
  }, soon)
})

test('peers of PeerPigeon that were there before the hubs met hear of each other when they do', async () => {
  const [first = ''] = await hubs(1)
  const alice = await new V1Client(first).join('net')
  const options = { port: 0, hubSecret: SECRET, auth: 'open', bootstrapHubs: [] } as const
  const later = new FederatedHubServer(options)
  const { url } = await later.start()
  cleanups.push(() => later.stop())
  const bob = await new V1Client(url).join('net')
  later.connectToHub(first)
  await vi.waitFor(() => {
    expect([heard(alice), heard(bob)]).toEqual([[bob.id], [alice.id]])
  }, soon)
})
