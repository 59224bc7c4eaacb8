import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { HubServer } from '@pigeon/hub/server'
import { bundle, launchChromium, servePage } from '@pigeon-tools/browser'
import { Child, endChildrenWithUs } from '../mesh/child.ts'
import { Tab } from '../mesh/tab.ts'
import type { Section } from './section.ts'
import type { Counts, WebRtcCommands } from './webrtc-peer.ts'

const PROCESSES = 20
const TABS = 3
const PEERS = PROCESSES + TABS
const MESSAGES = 1000

/** Messages a second, of all peers together: werift takes much of two cores. */
const RATE = 20

/** Links that each peer waits for before anybody publishes. */
const LINKS = 4

/** How long joining and the last deliveries may take, ms. */
const PATIENCE_MS = 120_000

/** A peer elsewhere. */
type Remote = Child<WebRtcCommands> | Tab<WebRtcCommands>

const PROCESS = fileURLToPath(new URL('./webrtc-process.ts', import.meta.url))
const PAGE = fileURLToPath(new URL('./webrtc-page.ts', import.meta.url))

/** Within the workspace, so that the program finds its packages. */
const FOLDER = fileURLToPath(new URL('../../../node_modules/.bench-gossip-', import.meta.url))

async function until(
  remotes: readonly Remote[],
  check: (counts: readonly Counts[]) => boolean,
): Promise<Counts[]> {
  const deadline = performance.now() + PATIENCE_MS
  for (;;) {
    const counts = await Promise.all(remotes.map((remote) => remote.call('counts')))
    if (check(counts) || performance.now() > deadline) return counts
    await new Promise((resolve) => setTimeout(resolve, 500))
  }
}

function messagesOf(peer: number): number {
  return Math.floor(MESSAGES / PEERS) + (peer < MESSAGES % PEERS ? 1 : 0)
}

/** Peers in processes and in tabs of a browser, over WebRTC, that find each other through a hub. */
export const webrtc: Section = async () => {
  endChildrenWithUs()
  const folder = await mkdtemp(FOLDER)
  const program = join(folder, 'peer.mjs')
  const external = ['@pigeon/peer', 'werift', 'ws']
  await writeFile(program, await bundle(PROCESS, { platform: 'node', external }))
  const page = await servePage({ scripts: [await bundle(PAGE)] })
  const hub = new HubServer({ port: 0, maxConnectionsPerAddress: PEERS })
  const { url } = await hub.start()
  const browser = await launchChromium()
  const children = Array.from({ length: PROCESSES }, () => new Child<WebRtcCommands>(program))
  const remotes: Remote[] = [...children]
  const profile = await browser.newContext()
  for (let tab = 0; tab < TABS; tab++) {
    remotes.push(await Tab.open<WebRtcCommands>(profile, page.url))
  }
  try {
    for (const remote of remotes) await remote.call('join', url)
    await until(remotes, (counts) => counts.every(({ links }) => links >= LINKS))
    await Promise.all(remotes.slice(0, 5).map((remote) => remote.call('publish', 1, 1000)))
    const before = await until(remotes, (counts) =>
      counts.every(({ received }, peer) => received >= (peer < 5 ? 4 : 5)),
    )
    const everyMs = (PEERS / RATE) * 1000
    await Promise.all(
      remotes.map((remote, peer) => remote.call('publish', messagesOf(peer), everyMs)),
    )
    const due = (peer: number) => MESSAGES - messagesOf(peer)
    const got = (counts: readonly Counts[], peer: number) =>
      (counts[peer]?.received ?? 0) - (before[peer]?.received ?? 0)
    const after = await until(remotes, (counts) =>
      remotes.every((_, peer) => got(counts, peer) >= due(peer)),
    )
    const total = (pick: (counts: Counts) => number) =>
      after.reduce((sum, counts, peer) => sum + pick(counts) - pick(before[peer] as Counts), 0)
    const missed = remotes.reduce((sum, _, peer) => sum + due(peer) - got(after, peer), 0)
    return [
      {
        metric: `WebRTC, ${PROCESSES} processes and ${TABS} tabs, ${MESSAGES} messages: missed`,
        ours: missed,
        unit: '',
        goal: { atMost: 0 },
      },
      { metric: '... twice', ours: total(({ twice }) => twice), unit: '', goal: { atMost: 0 } },
      {
        metric: '... payload copies per delivery',
        ours: total(({ copies }) => copies) / total(({ deliveries }) => deliveries),
        unit: '',
      },
      {
        metric: '... links, mean',
        ours: after.reduce((sum, { links }) => sum + links, 0) / PEERS,
        unit: '',
      },
    ]
  } finally {
    await Promise.all(children.map((child) => child.end()))
    await browser.close()
    await page.close()
    await hub.stop()
    await rm(folder, { recursive: true })
  }
}
