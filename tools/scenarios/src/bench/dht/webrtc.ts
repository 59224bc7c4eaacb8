import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { HubServer } from '@pigeon/hub/server'
import { bundle, launchChromium, servePage } from '@pigeon-tools/browser'
import { Child, endChildrenWithUs } from '../mesh/child.ts'
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
const PAGE = fileURLToPath(new URL('./webrtc-page.ts', import.meta.url))

/** Within the workspace, so that the program finds its packages. */
const FOLDER = fileURLToPath(new URL('../../../node_modules/.bench-dht-', import.meta.url))

/** A peer elsewhere. */
type Call = <K extends keyof WebRtcCommands>(
  command: K,
  ...args: Parameters<WebRtcCommands[K]>
) => Promise<Awaited<ReturnType<WebRtcCommands[K]>>>

/** Peers in processes and in tabs of a browser, over WebRTC, that find each other through a hub. */
export const webrtc: Section = async () => {
  endChildrenWithUs()
  const folder = await mkdtemp(FOLDER)
  const program = join(folder, 'peer.mjs')
  const external = ['@pigeon/peer', 'werift', 'ws']
  await writeFile(program, await bundle(PROCESS, { platform: 'node', external }))
  const page = await servePage({ scripts: [await bundle(PAGE)] })
  const hub = new HubServer({ port: 0, maxConnectionsPerAddress: PROCESSES + TABS })
  const { url } = await hub.start()
  const browser = await launchChromium()
  const children = Array.from({ length: PROCESSES }, () => new Child<WebRtcCommands>(program))
  const peers: Call[] = children.map((child) => child.call.bind(child) as Call)
  const profile = await browser.newContext()
  for (let tab = 0; tab < TABS; tab++) {
    const opened = await profile.newPage()
    await opened.goto(page.url)
    await opened.waitForFunction(() => 'bench' in globalThis)
    const call = (command: string, ...args: unknown[]) =>
      opened.evaluate(
        ([name, values]) =>
          (
            globalThis as unknown as { bench: Record<string, (...all: unknown[]) => unknown> }
          ).bench[name]?.(...values),
        [command, args] as const,
      )
    peers.push(call as Call)
  }
  const anyone = () => peers[Math.floor(Math.random() * peers.length)] as Call
  try {
    for (const peer of peers) await peer('join', url)
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
    const stored = puts.filter((ms) => ms >= 0)
    const found = gets.filter(({ value }, index) => value === `value ${index}`)
    const times = gets.map(({ ms }) => ms)
    return [
      {
        metric: `WebRTC, ${PROCESSES} processes and ${TABS} tabs: puts stored, of ${OPERATIONS}`,
        ours: stored.length,
        unit: '',
        goal: { atLeast: OPERATIONS },
      },
      {
        metric: `... gets that found, of ${OPERATIONS}`,
        ours: found.length,
        unit: '',
        goal: { atLeast: OPERATIONS },
      },
      { metric: '... put, median', ours: percentile(stored, 0.5), unit: 'ms' },
      { metric: '... get, median', ours: percentile(times, 0.5), unit: 'ms' },
      { metric: '... get, p99', ours: percentile(times, 0.99), unit: 'ms' },
    ]
  } finally {
    await Promise.all(children.map((child) => child.end()))
    await browser.close()
    await page.close()
    await hub.stop()
    await rm(folder, { recursive: true })
  }
}
