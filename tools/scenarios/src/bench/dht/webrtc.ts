import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { basename, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { HubServer } from '@pigeon/hub/server'
import { bundle, launchChromium, servePage } from '@pigeon-tools/browser'
import { Child, endChildrenWithUs } from '../mesh/child.ts'
import type { HubCommands } from '../mesh/hub-process.ts'
import { peerPigeonVersion } from '../mesh/peerpigeon.ts'
import { makePrograms } from '../mesh/programs.ts'
import { Tab } from '../mesh/tab.ts'
import type { BenchRow } from '../table.ts'
import { percentile, type Section } from './section.ts'
import type { WebRtcCommands } from './webrtc-peer.ts'

const PROCESSES = 20
const TABS = 2
const OPERATIONS = 200

/** Links that each peer waits for before anybody puts. */
const LINKS = 4

/** How long joining may take, and how long tables get to know each other, ms. */
const PATIENCE_MS = 120_000
const SETTLE_MS = 5000

const PROCESS = fileURLToPath(new URL('./webrtc-process.ts', import.meta.url))
const PEERPIGEON = fileURLToPath(new URL('./webrtc-peerpigeon.ts', import.meta.url))
const PAGE = fileURLToPath(new URL('./webrtc-page.ts', import.meta.url))

/** Within the workspace, so that the program finds its packages. */
const FOLDER = fileURLToPath(new URL('../../../node_modules/.bench-dht-', import.meta.url))

/** A peer elsewhere. */
type Call = <K extends keyof WebRtcCommands>(
  command: K,
  ...args: Parameters<WebRtcCommands[K]>
) => Promise<Awaited<ReturnType<WebRtcCommands[K]>>>

/** What came of the puts and gets. */
interface Outcome {
  readonly stored: number
  readonly found: number
  /** Of puts that were stored, and of gets, ms. */
  readonly putMs: readonly number[]
  readonly getMs: readonly number[]
}

/** Lets peers join one after the other, then any of them put, then any of them get. */
async function trial(peers: readonly Call[], hub: string): Promise<Outcome> {
  const anyone = () => peers[Math.floor(Math.random() * peers.length)] as Call
  for (const peer of peers) await peer('join', hub)
  const deadline = performance.now() + PATIENCE_MS
  while (performance.now() < deadline) {
    const links = await Promise.all(peers.map((peer) => peer('links')))
    if (Math.min(...links) >= LINKS) break
    await new Promise((resolve) => setTimeout(resolve, 500))
  }
  await new Promise((resolve) => setTimeout(resolve, SETTLE_MS))
  const puts: number[] = []
  for (let index = 0; index < OPERATIONS; index++) {
    puts.push(await anyone()('put', `record ${index}`, `value ${index}`))
  }
  const gets: { value: unknown; ms: number }[] = []
  for (let index = 0; index < OPERATIONS; index++) {
    gets.push(await anyone()('get', `record ${index}`))
  }
  const putMs = puts.filter((ms) => ms >= 0)
  const found = gets.filter(({ value }, index) => value === `value ${index}`)
  return {
    ...{ stored: putMs.length, found: found.length },
    ...{ putMs, getMs: gets.map(({ ms }) => ms) },
  }
}

function processes(program: string): { children: Child<WebRtcCommands>[]; calls: Call[] } {
  const children = Array.from({ length: PROCESSES }, () => new Child<WebRtcCommands>(program))
  return { children, calls: children.map((child) => child.call.bind(child) as Call) }
}

/** Ours: processes, and tabs of a browser. */
async function pigeon(program: string): Promise<Outcome> {
  const page = await servePage({ scripts: [await bundle(PAGE)] })
  const hub = new HubServer({ port: 0, maxConnectionsPerAddress: PROCESSES + TABS })
  const { url } = await hub.start()
  const browser = await launchChromium()
  const { children, calls } = processes(program)
  try {
    const profile = await browser.newContext()
    for (let tab = 0; tab < TABS; tab++) {
      const opened = await Tab.open<WebRtcCommands>(profile, page.url)
      calls.push(opened.call.bind(opened) as Call)
    }
    return await trial(calls, url)
  } finally {
    await Promise.all(children.map((child) => child.end()))
    await browser.close()
    await page.close()
    await hub.stop()
  }
}

/** The same by npm `peerpigeon`, on its own server: processes alone. */
async function peerPigeon(program: string): Promise<Outcome | undefined> {
  if (peerPigeonVersion() === undefined) return undefined
  const { hub: hubProgram } = await makePrograms()
  const hub = new Child<HubCommands>(hubProgram, ['peerpigeon'])
  const { children, calls } = processes(program)
  try {
    return await trial(calls, await hub.call('start'))
  } finally {
    await Promise.all([...children, hub].map((child) => child.end()))
  }
}

/** Peers over WebRTC that find each other through a hub. */
export const webrtc: Section = async () => {
  endChildrenWithUs()
  const folder = await mkdtemp(FOLDER)
  const program = async (entry: string) => {
    const path = join(folder, `${basename(entry, '.ts')}.mjs`)
    const external = ['@pigeon/peer', 'werift', 'ws']
    await writeFile(path, await bundle(entry, { platform: 'node', external }))
    return path
  }
  try {
    const ours = await pigeon(await program(PROCESS))
    const theirs = await peerPigeon(await program(PEERPIGEON))
    const row = (
      metric: string,
      unit: string,
      of: (outcome: Outcome) => number,
      goal?: BenchRow['goal'],
    ): BenchRow => ({
      ...{ metric, unit, ours: of(ours) },
      ...(theirs && { peer: of(theirs), peerName: `peerpigeon, ${PROCESSES} processes` }),
      ...(goal && { goal }),
    })
    const all = { atLeast: OPERATIONS }
    const name = `WebRTC, ${PROCESSES} processes and ${TABS} tabs`
    return [
      row(`${name}: puts stored, of ${OPERATIONS}`, '', ({ stored }) => stored, all),
      row(`... gets that found, of ${OPERATIONS}`, '', ({ found }) => found, all),
      row('... put, median', 'ms', ({ putMs }) => percentile(putMs, 0.5)),
      row('... get, median', 'ms', ({ getMs }) => percentile(getMs, 0.5)),
      row('... get, p99', 'ms', ({ getMs }) => percentile(getMs, 0.99)),
    ]
  } finally {
    await rm(folder, { recursive: true })
  }
}
