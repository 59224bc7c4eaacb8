import type { BenchRow } from '../table.ts'
import { clientAt, joined } from './client.ts'
import { freePort, HubProgram } from './hub-program.ts'

/** Clients that connect at once at the start, before anything is measured. */
const ABREAST = 200

const ROOM = ['--auth', 'open', '--max-connections', '20000']

/** Kills a hub that so many clients use, starts it again, and waits for them all. */
export async function reconnect(count: number, goalMs: number): Promise<BenchRow[]> {
  const port = await freePort()
  const hub = await HubProgram.start(port, ROOM)
  const clients = Array.from({ length: count }, (_, index) =>
    clientAt(index, hub.url, `net ${index % 50}`),
  )
  for (let at = 0; at < count; at += ABREAST) await joined(clients.slice(at, at + ABREAST))
  await hub.signal('SIGKILL')
  const times: number[] = []
  let startedAt = performance.now()
  const back = Promise.all(
    clients.map(
      (client) =>
        new Promise<void>((resolve) =>
          client.on('connected', () => {
            times.push(performance.now() - startedAt)
            resolve()
          }),
        ),
    ),
  )
  const again = await HubProgram.start(port, ROOM)
  startedAt = performance.now()
  await back
  for (const client of clients) client.close()
  await again.signal('SIGTERM')
  times.sort((a, b) => a - b)
  const at = (share: number): number => times[Math.ceil(times.length * share) - 1] ?? Number.NaN
  return [
    { metric: `kill -9 and restart, ${count} clients: back, p50`, ours: at(0.5), unit: 'ms' },
    { metric: '... p99', ours: at(0.99), unit: 'ms', goal: { atMost: goalMs } },
    { metric: '... the last', ours: at(1), unit: 'ms' },
  ]
}
