import type { BenchRow } from '../table.ts'
import { clientAt, joined } from './client.ts'
import { freePort, HubProgram } from './hub-program.ts'

const PAIRS = 25
const EVERY_MS = 100
const DRAIN_SECONDS = 10

/** Messages before the signal, and for how long after it clients go on, ms. */
const WARM_MS = 2000

/**
 * A hub is told to end while 50 clients send 500 messages a second. A message is lost if the client
 * could send it, and neither did it arrive nor was its sender told.
 */
export async function drain(): Promise<BenchRow[]> {
  const drainTime = ['--drain-time', `${DRAIN_SECONDS}`]
  const next = await HubProgram.start(await freePort(), ['--auth', 'open'])
  const hub = await HubProgram.start(await freePort(), [
    ...['--auth', 'open', ...drainTime],
    ...['--bootstrap-hubs', next.url],
  ])
  const clients = Array.from({ length: 2 * PAIRS }, (_, index) =>
    clientAt(index, hub.url, `pair ${index >> 1}`),
  )
  const open = new Map<string, number>()
  let [sent, delivered, told] = [0, 0, 0]
  for (const client of clients) {
    client.on('relay', (from, payload) => {
      const key = `${from} ${new Float64Array(Uint8Array.from(payload).buffer)[0]}`
      if (!open.delete(key)) throw new Error(`${key} came twice`)
      delivered++
    })
    // The hub says to whom, not what: the oldest that has had no answer.
    client.on('undeliverable', () => {
      const oldest = [...open.keys()].find((key) => key.startsWith(client.self))
      if (oldest !== undefined) open.delete(oldest)
      told++
    })
  }
  await joined(clients)
  const timer = setInterval(() => {
    for (const [index, client] of clients.entries()) {
      const partner = clients[index ^ 1] as (typeof clients)[number]
      const number = Float64Array.of(sent)
      if (client.send(partner.self, new Uint8Array(number.buffer)) !== 'sent') continue
      open.set(`${client.self} ${sent}`, performance.now())
      sent++
    }
  }, EVERY_MS)
  await new Promise((resolve) => setTimeout(resolve, WARM_MS))
  const startedAt = performance.now()
  const code = await hub.signal('SIGTERM')
  const seconds = (performance.now() - startedAt) / 1000
  await new Promise((resolve) => setTimeout(resolve, WARM_MS))
  clearInterval(timer)
  await new Promise((resolve) => setTimeout(resolve, 1000))
  const there = clients.filter(({ state, url }) => state === 'connected' && url === next.url).length
  for (const client of clients) client.close()
  await next.signal('SIGTERM')
  const rate = (1000 / EVERY_MS) * clients.length
  return [
    { metric: `SIGTERM under ${rate} messages/s: sent`, ours: sent, unit: '' },
    { metric: '... delivered', ours: delivered, unit: '' },
    { metric: '... senders told that nobody is there', ours: told, unit: '' },
    { metric: '... lost', ours: open.size, unit: '', goal: { atMost: 0 } },
    { metric: '... exit code', ours: code ?? Number.NaN, unit: '', goal: { atMost: 0 } },
    { metric: '... ended after', ours: seconds, unit: 's', goal: { atMost: DRAIN_SECONDS + 1 } },
    {
      metric: `... of ${clients.length} clients at the next hub`,
      ours: there,
      unit: '',
      goal: { atLeast: clients.length },
    },
  ]
}
