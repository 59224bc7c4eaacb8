import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { HubServer } from '@pigeon/hub/server'
import { bundle, launchChromium, servePage } from '@pigeon-tools/browser'
import { Child } from '../mesh/child.ts'
import type { Commands } from '../mesh/serve.ts'
import { Tab } from '../mesh/tab.ts'
import type { BenchRow } from '../table.ts'
import type { FileCommands } from './file-peer.ts'
import {
  chromiumStations,
  connect,
  type Station,
  type Stations,
  weriftStations,
} from './stations.ts'
import { median, quantile, spread } from './statistics.ts'

const MIB = 1024 * 1024
const FILE_BYTES = 64 * MIB

/** Pairs of a file and as many raw bytes. */
const ROUNDS = { werift: 3, Chromium: 9 }

/** How often memory is looked at while a file goes, ms. */
const LOOK_MS = 500

const PROCESS = fileURLToPath(new URL('./file-process.ts', import.meta.url))
const PAGE = fileURLToPath(new URL('./file-page.ts', import.meta.url))
const FOLDER = fileURLToPath(new URL('../../../node_modules/.bench-link-', import.meta.url))

interface Peer {
  call<N extends keyof FileCommands & string>(
    command: N,
    ...args: Parameters<FileCommands[N]>
  ): Promise<Awaited<ReturnType<FileCommands[N]>>>
  /** Bytes that are held. */
  held(): Promise<number>
}

interface Peers {
  readonly all: readonly Peer[]
  close(): Promise<void>
}

async function processes(): Promise<Peers> {
  const folder = await mkdtemp(FOLDER)
  const program = join(folder, 'peer.mjs')
  const external = ['@pigeon/*', 'werift', 'ws']
  await writeFile(program, await bundle(PROCESS, { platform: 'node', external }))
  const all = [0, 1].map(() => new Child<FileCommands & { held(): number } & Commands>(program))
  return {
    all: all.map((child) => ({
      call: (command, ...args) => child.call(command, ...(args as never)) as never,
      held: () => child.call('held'),
    })),
    close: async () => {
      await Promise.all(all.map((child) => child.end()))
      await rm(folder, { recursive: true })
    },
  }
}

async function pages(): Promise<Peers> {
  const page = await servePage({ scripts: [await bundle(PAGE)] })
  const browser = await launchChromium({ mdns: false })
  const all = await Promise.all(
    [0, 1].map(async (): Promise<Peer> => {
      const context = await browser.newContext()
      const opened = await Tab.open<FileCommands>(context, page.url)
      const session = await context.newCDPSession(opened.page)
      return {
        call: (command, ...args) => opened.call(command, ...args),
        held: async () => {
          await session.send('HeapProfiler.collectGarbage')
          const usage = await session.send('Runtime.getHeapUsage')
          const { backingStorageSize = 0 } = usage as { backingStorageSize?: number }
          return usage.usedSize + backingStorageSize
        },
      }
    }),
  )
  const close = async () => {
    await browser.close()
    await page.close()
  }
  return { all, close }
}

/** A file of 64 MB while two peers talk, beside as many bytes through the engine alone. */
export async function file(engine: 'werift' | 'Chromium'): Promise<BenchRow[]> {
  const hub = new HubServer({ port: 0 })
  const { url } = await hub.start()
  const isWerift = engine === 'werift'
  const peers = await (isWerift ? processes() : pages())
  const stations: Stations = await (isWerift ? weriftStations(2) : chromiumStations(2))
  try {
    const [alice, bob] = peers.all as [Peer, Peer]
    const [, bobId] = await Promise.all([alice.call('join', url), bob.call('join', url)])
    await Promise.all([alice.call('linked'), bob.call('linked')])
    const chatAlone = await alice.call('chat', bobId, 2000)

    const speeds = { ours: [] as number[], raw: [] as number[] }
    for (let round = 0; round < ROUNDS[engine]; round++) {
      speeds.ours.push(FILE_BYTES / 1e3 / (await alice.call('send', bobId, FILE_BYTES)))
      speeds.raw.push(await rawSpeed(stations, isWerift ? 64 * 1024 : 256 * 1024))
    }

    // Both again, for what must not be disturbed by being looked at.
    let sending = true
    const sent = alice.call('send', bobId, FILE_BYTES).finally(() => {
      sending = false
    })
    const chatMs: number[] = []
    while (sending) chatMs.push(...(await alice.call('chat', bobId, 300)))
    await sent
    const extra = await extraMemory(alice, bob, () => alice.call('send', bobId, FILE_BYTES))
    await Promise.all([alice.call('leave'), bob.call('leave')])

    const ratios = speeds.ours.map((speed, index) => speed / (speeds.raw[index] as number))
    return [
      {
        metric: `${engine}, a file of 64 MB`,
        ours: median(speeds.ours),
        peer: median(speeds.raw),
        peerName: 'raw',
        unit: 'MB/s',
      },
      {
        metric: `... ratio, median of ${ratios.length} pairs (${spread(ratios)})`,
        ours: median(ratios),
        unit: '',
        ...(!isWerift && { goal: { atLeast: 0.85 } }),
      },
      {
        metric: '... a chat meanwhile, p50',
        ours: quantile(chatMs, 0.5),
        unit: 'ms',
        peer: quantile(chatAlone, 0.5),
        peerName: 'idle',
      },
      {
        metric: '... p95',
        ours: quantile(chatMs, 0.95),
        peer: quantile(chatAlone, 0.95),
        peerName: 'idle',
        unit: 'ms',
        goal: { atMost: 50 },
      },
      {
        metric: '... extra memory of the sender, most',
        ours: extra[0] / MIB,
        unit: 'MiB',
        goal: { atMost: 8 },
      },
      { metric: '... and of the receiver', ours: extra[1] / MIB, unit: 'MiB', goal: { atMost: 8 } },
    ]
  } finally {
    await peers.close()
    await stations.close()
    await hub.stop()
  }
}

async function rawSpeed({ all }: Stations, messageBytes: number): Promise<number> {
  const [a, b] = all as [Station, Station]
  const id = await connect(a, b, 'raw')
  await b.call('sink', id, FILE_BYTES)
  const ms = await a.call('pump', id, messageBytes, FILE_BYTES)
  await Promise.all([a.call('close', id), b.call('close', id)])
  return FILE_BYTES / 1e3 / ms
}

async function extraMemory(
  alice: Peer,
  bob: Peer,
  run: () => Promise<unknown>,
): Promise<[number, number]> {
  const before = await Promise.all([alice.held(), bob.held()])
  const most: [number, number] = [0, 0]
  let running = true
  const done = run().finally(() => {
    running = false
  })
  while (running) {
    await new Promise((resolve) => setTimeout(resolve, LOOK_MS))
    const now = await Promise.all([alice.held(), bob.held()])
    most[0] = Math.max(most[0], now[0] - before[0])
    most[1] = Math.max(most[1], now[1] - before[1])
  }
  await done
  return most
}
