// One hub, six Node peers and two tabs of one browser: each broadcasts once and sends one direct
// message. Prints who received what in how many hops; exits 0 only if all arrived.
import { fileURLToPath } from 'node:url'
import { HubServer } from '@pigeon/hub/server'
import { bundle, launchChromium, servePage } from '@pigeon-tools/browser'
import type { Report } from './agent.ts'
import { nodeRemote, type Remote, tabRemote } from './remote.ts'
import { table } from './table.ts'

const NODE_PEERS = 6
const TABS = 2
const NETWORK = 'smoke'

/** How long links and messages may take, ms: enough for a busy machine with two cores. */
const PATIENCE_MS = 30_000

const script = await bundle(fileURLToPath(new URL('./page-peer.ts', import.meta.url)))
const page = await servePage({ scripts: [script] })
const hub = new HubServer({ port: 0 })
const { url: hubUrl } = await hub.start()
const browser = await launchChromium()
const profile = await browser.newContext()

async function openTab(): Promise<Remote> {
  const tab = await profile.newPage()
  await tab.goto(page.url)
  await tab.waitForFunction(() => 'smoke' in globalThis)
  return tabRemote(tab)
}

const remotes: Remote[] = Array.from({ length: NODE_PEERS }, nodeRemote)
for (let count = 0; count < TABS; count++) remotes.push(await openTab())

const reportAll = () => Promise.all(remotes.map((remote) => remote.call('report')))

async function until(what: string, check: (reports: readonly Report[]) => boolean) {
  const deadline = Date.now() + PATIENCE_MS
  for (;;) {
    const reports = await reportAll()
    if (check(reports)) return reports
    if (Date.now() > deadline) {
      console.error(`not within ${PATIENCE_MS / 1000} s: ${what}`)
      return reports
    }
    await new Promise((resolve) => setTimeout(resolve, 50))
  }
}

const joinMs = await Promise.all(remotes.map((remote) => remote.call('join', NETWORK, hubUrl)))
// So few peers stay below the default number of links: each is linked to all others.
const joined = await until('every peer is linked to all others', (reports) =>
  reports.every(({ links }) => links.length === reports.length - 1),
)
await Promise.all(
  remotes.map((remote, index) => remote.call('broadcast', `hello from ${index + 1}`)),
)
await Promise.all(
  remotes.map((remote, index) => {
    const { peerId, links } = joined[index] as Report
    // The next linked id, so that the direct messages spread.
    const [to] = [...links].sort(
      (a, b) => (a > peerId ? 0 : 1) - (b > peerId ? 0 : 1) || (a < b ? -1 : 1),
    )
    return to === undefined
      ? undefined
      : remote.call('direct', to, `only for you, from ${index + 1}`)
  }),
)

const expected = remotes.length * (remotes.length - 1)
const broadcastsIn = (reports: readonly Report[]) =>
  reports.reduce((sum, report) => {
    const from = new Set(report.received.filter(({ direct }) => !direct).map((one) => one.from))
    return sum + from.size
  }, 0)
const directIn = (reports: readonly Report[]) =>
  reports.reduce((sum, { delivered }) => sum + delivered, 0)
const doubles = (reports: readonly Report[]) =>
  reports.reduce(
    (sum, { received }) => sum + received.filter(({ direct }) => !direct).length,
    -broadcastsIn(reports),
  )

const final = await until(
  'all messages arrive',
  (reports) => broadcastsIn(reports) === expected && directIn(reports) === remotes.length,
)
console.log(table(remotes, joinMs, final))
console.log(`\nbroadcasts ${broadcastsIn(final)}/${expected}`)
console.log(`direct ${directIn(final)}/${remotes.length}`)
if (doubles(final) > 0) console.log(`delivered twice: ${doubles(final)}`)
const sorted = [...joinMs].sort((a, b) => a - b)
console.log(`joining took ${Math.round(sorted[0] ?? 0)} to ${Math.round(sorted.at(-1) ?? 0)} ms`)

await Promise.all(remotes.map((remote) => remote.call('leave')))
await Promise.all(remotes.map((remote) => remote.end()))
await browser.close()
await page.close()
await hub.stop()
const complete =
  broadcastsIn(final) === expected && directIn(final) === remotes.length && doubles(final) === 0
process.exitCode = complete ? 0 : 1
