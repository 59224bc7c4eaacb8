import { existsSync } from 'node:fs'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { bundle, launchChromium, servePage } from '@pigeon-tools/browser'
import { Child } from '../mesh/child.ts'
import type { Commands } from '../mesh/serve.ts'
import { Tab } from '../mesh/tab.ts'
import type { StationCommands } from './station.ts'

/** A process or a page that holds ends. */
export interface Station {
  call<N extends keyof StationCommands & string>(
    command: N,
    ...args: Parameters<StationCommands[N]>
  ): Promise<Awaited<ReturnType<StationCommands[N]>>>
}

/** Stations of one engine. */
export interface Stations<S extends Station = Station> {
  readonly engine: 'werift' | 'Chromium'
  readonly kinds: readonly string[]
  readonly all: readonly S[]
  close(): Promise<void>
}

/** What a process tells besides. */
export type ProcessCommands = StationCommands & { lookups(): number; held(): number }

const PROCESS = fileURLToPath(new URL('./werift-station.ts', import.meta.url))
const PAGE = fileURLToPath(new URL('./chromium-station.ts', import.meta.url))
const PAGE_ALONE = fileURLToPath(new URL('./chromium-station-alone.ts', import.meta.url))

/** Within the workspace, so that the program finds its packages. */
const FOLDER = fileURLToPath(new URL('../../../node_modules/.bench-link-', import.meta.url))

/** Processes with werift. */
export async function weriftStations(
  count: number,
): Promise<Stations & { all: readonly Child<ProcessCommands & Commands>[] }> {
  const folder = await mkdtemp(FOLDER)
  const program = join(folder, 'station.mjs')
  const external = ['@pigeon/*', 'werift']
  await writeFile(program, await bundle(PROCESS, { platform: 'node', external }))
  const all = Array.from({ length: count }, () => new Child<ProcessCommands & Commands>(program))
  const close = async () => {
    await Promise.all(all.map((child) => child.end()))
    await rm(folder, { recursive: true })
  }
  return { engine: 'werift', kinds: ['raw'], all, close }
}

/** Where other libraries are, if they are installed. */
const OTHERS = fileURLToPath(new URL('../../../../peers/simple-peer/node_modules', import.meta.url))

/** Pages of Chromium, each in a process of its own. */
export async function chromiumStations(count: number): Promise<Stations> {
  const withOthers = existsSync(join(OTHERS, '@thaunknown'))
  const entry = withOthers ? PAGE : PAGE_ALONE
  const script = await bundle(entry, { nodePaths: [OTHERS] })
  const [page, browser] = await Promise.all([
    servePage({ scripts: [script] }),
    launchChromium({ mdns: false }),
  ])
  const all = await Promise.all(
    Array.from({ length: count }, async () =>
      Tab.open<StationCommands>(await browser.newContext(), page.url),
    ),
  )
  const close = async () => {
    await browser.close()
    await page.close()
  }
  const kinds = withOthers ? ['raw', 'simple-peer', 'trystero'] : ['raw']
  return { engine: 'Chromium', kinds, all, close }
}

let connections = 0

/** Connects an end at one station with one at another. @returns the name of both */
export async function connect(a: Station, b: Station, kind: string): Promise<string> {
  const id = `${kind}-${++connections}`
  await Promise.all([a.call('create', id, kind, true), b.call('create', id, kind, false)])
  let open = false
  const carry = async (from: Station, to: Station) => {
    while (!open) {
      const signals = await from.call('signals', id)
      if (signals.length > 0) await to.call('give', id, signals)
    }
  }
  const carried = Promise.all([carry(a, b), carry(b, a)])
  await Promise.all([a.call('opened', id), b.call('opened', id)])
  open = true
  await carried
  return id
}
