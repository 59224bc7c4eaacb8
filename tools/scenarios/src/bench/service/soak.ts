// Peers that come and go at a hub for a long time: what stays in its memory.
// npm run soak [-- --minutes 20]
import { once } from 'node:events'
import {
  decodeHubMessage,
  encodeClientMessage,
  encodeRelay,
  SUBPROTOCOL,
} from '@pigeon/signaling-protocol'
import { seededRandom } from '@pigeon/transport/testing'
import { Command } from 'commander'
import { WebSocket } from 'ws'
import { makeHubPrograms } from '../hub/program.ts'
import type { ServerCommands } from '../hub/server-process.ts'
import { idOf } from '../hub/systems.ts'
import { Child, endChildrenWithUs } from '../mesh/child.ts'
import { type BenchRow, formatTable, isMet } from '../table.ts'

/** Sessions at any time. */
const ABREAST = 40

/** Networks they join, and ids they have. */
const NETWORKS = 20
const IDS = 20_000

/** Sessions between two looks at the memory. */
const LOOK_EVERY = 5000

/** Share of the time that passes before memory counts: what is made once is made by then. */
const WARM = 0.2

/** Longer than a hub keeps anything for those who left, ms. */
const FORGOTTEN_MS = 35_000

const MIB = 1024 * 1024

const { minutes, seed } = new Command('soak')
  .option('--minutes <number>', 'how long', Number, 20)
  .option('--seed <number>', 'who joins what', Number, 1)
  .parse()
  .opts<{ minutes: number; seed: number }>()

endChildrenWithUs()
const random = seededRandom(seed)
const hub = new Child<ServerCommands>((await makeHubPrograms()).server, ['v2'])
const url = await hub.call('start')
const [startedAt, endsAt] = [performance.now(), performance.now() + minutes * 60_000]
const looks: { at: number; sessions: number; heap: number }[] = []
let sessions = 0
let relayed = 0

/** @returns 0 to `count` - 1 */
function below(count: number): number {
  const bytes = random.fill(new Uint8Array(4))
  return new DataView(bytes.buffer).getUint32(0) % count
}

/** One peer: comes, says something to those it is told of, and leaves, with a word or without. */
async function session(): Promise<void> {
  const socket = new WebSocket(url, SUBPROTOCOL, { perMessageDeflate: false })
  socket.on('error', () => {})
  await once(socket, 'open')
  const network = `net ${below(NETWORKS)}`
  const peerId = idOf(below(IDS))
  socket.send(encodeClientMessage({ type: 'hello', versions: [2, 3], peerId, network }))
  const [bytes] = (await once(socket, 'message')) as [Buffer]
  const decoded = decodeHubMessage(bytes)
  if (decoded.ok && decoded.message.type === 'welcome') {
    for (const to of decoded.message.peers.slice(0, 3)) {
      socket.send(encodeRelay(to, new Uint8Array(300)))
      relayed++
    }
    socket.send(encodeClientMessage({ type: 'query' }))
    await new Promise((resolve) => setTimeout(resolve, below(200)))
    if (below(2) === 0) socket.send(encodeClientMessage({ type: 'goodbye' }))
  }
  if (below(3) === 0) socket.terminate()
  else socket.close()
  if (socket.readyState !== WebSocket.CLOSED) await once(socket, 'close')
  sessions++
  if (sessions % LOOK_EVERY === 0) {
    looks.push({ at: performance.now(), sessions, heap: await hub.call('heap') })
  }
}

async function come(): Promise<void> {
  while (performance.now() < endsAt) await session()
}

await Promise.all(Array.from({ length: ABREAST }, come))
await new Promise((resolve) => setTimeout(resolve, FORGOTTEN_MS))
const left = await hub.call('stats')
const warm = startedAt + WARM * (endsAt - startedAt)
const rows: BenchRow[] = [
  { metric: `${minutes} minutes: sessions`, ours: sessions, unit: '' },
  { metric: '... messages for others', ours: relayed, unit: '' },
  {
    metric: '... memory, slope per 100,000 sessions',
    ours: (slope(looks.filter(({ at }) => at >= warm)) * 100_000) / MIB,
    unit: 'MiB',
    goal: { atMost: 1 },
  },
  ...(['connections', 'peers', 'networks', 'away'] as const).map(
    (name): BenchRow => ({
      metric: `... ${name} at the end`,
      ours: left[name],
      unit: '',
      goal: { atMost: 0 },
    }),
  ),
]
console.log(`seed ${seed}\n${formatTable(rows)}`)
await hub.end()
process.exit(rows.every(isMet) ? 0 : 1)

/** Of the line of least squares, bytes a session. */
function slope(points: readonly { sessions: number; heap: number }[]): number {
  const mean = (values: readonly number[]): number =>
    values.reduce((sum, value) => sum + value, 0) / values.length
  const [x, y] = [mean(points.map((p) => p.sessions)), mean(points.map((p) => p.heap))]
  const over = points.reduce((sum, p) => sum + (p.sessions - x) * (p.heap - y), 0)
  return over / points.reduce((sum, p) => sum + (p.sessions - x) ** 2, 0)
}
