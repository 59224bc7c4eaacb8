import { connect } from '@nats-io/transport-node'
import { describe, expect, test, vi } from 'vitest'
import { NatsServer } from '../../test/nats-server.ts'
import { cleanups, client, connected } from '../../test/server-harness.ts'
import { FederatedHubServer } from '../federation.ts'
import { natsEngine } from '../nats.ts'

const SECRET = 'a secret for tests that is long enough'

async function hub(nats: NatsServer): Promise<FederatedHubServer> {
  const server = new FederatedHubServer({
    ...{ port: 0, hubSecret: SECRET, bootstrapHubs: [], auth: 'open' },
    ...{ connectRate: 1e6, connectBurst: 1e6 },
    hubEngine: natsEngine({ servers: `127.0.0.1:${nats.port}` }),
  })
  await server.start()
  cleanups.push(() => server.stop())
  return server
}

const urlOf = (server: FederatedHubServer): string => server.address?.url as string
const soon = (check: () => void, timeout = 10_000): Promise<void> =>
  vi.waitFor(check, { timeout, interval: 20 })

describe('hubs over a NATS server', () => {
  test('B4 they find each other, share the directory, and outlive the server', async () => {
    const nats = await NatsServer.start()
    cleanups.push(() => nats.kill())
    const hubs = [await hub(nats), await hub(nats), await hub(nats)]
    await soon(() => expect(hubs.map((each) => each.getHubStats().totalHubs)).toEqual([2, 2, 2]))
    const [alice, bob] = [client(urlOf(hubs[0] as never)), client(urlOf(hubs[1] as never))]
    await connected(alice)
    const met = new Promise((resolve) => bob.on('peers', resolve))
    await connected(bob)
    expect(await met).toEqual([alice.self])
    const heard: number[] = []
    alice.on('relay', (_, { length }) => heard.push(length))
    bob.send(alice.self, new Uint8Array(2000))
    await soon(() => expect(heard).toEqual([2000]))

    // Without the server each hub serves its own.
    await nats.kill()
    await soon(() => expect(hubs.map((each) => each.getHubStats().totalHubs)).toEqual([0, 0, 0]))
    const carol = await connected(client(urlOf(hubs[0] as never)))
    carol.send(alice.self, new Uint8Array(10))
    await soon(() => expect(heard).toEqual([2000, 10]))
    const at = performance.now()
    await nats.start()
    await soon(() => expect(hubs.map((each) => each.getHubStats().totalHubs)).toEqual([2, 2, 2]))
    expect(performance.now() - at).toBeLessThan(5000)
    await soon(() => {
      bob.send(alice.self, new Uint8Array(20))
      expect(heard).toContain(20)
    })
  }, 30_000)

  test('a client of the NATS server that publishes in a hub’s name changes nothing', async () => {
    const nats = await NatsServer.start()
    cleanups.push(() => nats.kill())
    const hubs = [await hub(nats), await hub(nats)]
    await soon(() => expect(hubs.map((each) => each.getHubStats().totalHubs)).toEqual([1, 1]))
    const rogue = await connect({ servers: `127.0.0.1:${nats.port}` })
    cleanups.push(() => rogue.close())
    const lost = vi.fn()
    for (const each of hubs) each.on('hubLost', lost)
    const replayed = new Promise<void>((resolve) => {
      let left = 200
      rogue.subscribe('pigeon.>', {
        callback: (_, { subject, data }) => {
          if (left-- <= 0) return
          rogue.publish(subject, data)
          const bent = new Uint8Array(data)
          bent[bent.length - 1] = (bent[bent.length - 1] as number) ^ 255
          rogue.publish(subject, bent)
          if (left === 0) resolve()
        },
      })
    })
    const [alice, bob] = [client(urlOf(hubs[0] as never)), client(urlOf(hubs[1] as never))]
    await connected(alice)
    await connected(bob)
    const heard: number[] = []
    alice.on('relay', (_, { length }) => heard.push(length))
    for (let size = 1; size <= 20; size++) bob.send(alice.self, new Uint8Array(size))
    await replayed
    await soon(() => expect(heard).toHaveLength(20))
    expect([...heard].sort((a, b) => a - b)).toEqual(
      Array.from({ length: 20 }, (_, index) => index + 1),
    )
    expect(lost).not.toHaveBeenCalled()
  }, 30_000)
})
