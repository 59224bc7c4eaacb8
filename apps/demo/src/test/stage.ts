import { mkdtempSync, rmSync } from 'node:fs'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { type RunningHub, runHub } from '@pigeon/hub-server'
import { launchChromium } from '@pigeon-tools/browser'
import type { Browser, BrowserContextOptions } from 'playwright-core'
import { startResident } from '../../server/resident.mjs'
import { restarter } from '../../server/restart-hub.mjs'
import { Tab } from './tab.ts'

const PAGES = fileURLToPath(new URL('../../dist', import.meta.url))

/** A hub with the demo, the program beside it, and a browser. */
export class Stage {
  readonly hub: RunningHub
  readonly tabs: Tab[] = []
  /** For files of a test. */
  readonly directory = mkdtempSync(join(tmpdir(), 'pigeon-demo-'))
  readonly #browser: Browser
  readonly #resident: { close(): Promise<void> }

  static async set(options: { addresses?: readonly string[] } = {}): Promise<Stage> {
    // A hub that is killed comes back on the port it had.
    const hub = await runHub({ port: await freePort(), static: PAGES })
    const [resident, browser] = await Promise.all([
      startResident({ ...options, hub: hub.url, network: 'demo', restartHub: restarter(hub) }),
      launchChromium({ fakeMedia: true }),
    ])
    return new Stage(hub, resident, browser)
  }

  private constructor(hub: RunningHub, resident: { close(): Promise<void> }, browser: Browser) {
    this.hub = hub
    this.#resident = resident
    this.#browser = browser
  }

  /** Where the demo is. */
  get url(): string {
    return this.hub.url.replace('ws', 'http')
  }

  /** Another tab, in a profile of its own, that sees so many peers. */
  async open(peers: number, options: BrowserContextOptions & { url?: string } = {}): Promise<Tab> {
    const { url = this.url, ...rest } = options
    const profile = await this.#browser.newContext({
      viewport: { width: 1280, height: 820 },
      permissions: ['clipboard-read', 'clipboard-write'],
      ...rest,
    })
    const tab = await Tab.open(profile, url)
    this.tabs.push(tab)
    await tab.sees(peers)
    return tab
  }

  /** Closes the tabs. @returns what went wrong in them */
  async closeTabs(): Promise<string[]> {
    const tabs = this.tabs.splice(0)
    await Promise.all(tabs.map((tab) => tab.page.context().close()))
    return tabs.flatMap(({ trouble }) => trouble)
  }

  async close(): Promise<void> {
    await this.#browser.close()
    await this.#resident.close()
    await this.hub.stop()
    rmSync(this.directory, { recursive: true, force: true })
  }
}

/** A port that was free a moment ago. */
async function freePort(): Promise<number> {
  const server = createServer()
  await new Promise<void>((resolve) => server.listen(0, 'localhost', resolve))
  const { port } = server.address() as { port: number }
  await new Promise((resolve) => server.close(resolve))
  return port
}
