import { readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import type { BrowserContext, Locator, Page } from 'playwright-core'
import { figures } from './figures.ts'

const axe = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8')

/** What axe calls each thing that is wrong. */
interface Finding {
  readonly id: string
  readonly impact: string
  readonly nodes: readonly { readonly html: string }[]
}

/** A browser says so when a hub is away, whatever a page does. */
const HUB_IS_AWAY = /WebSocket connection to .* failed/

/** One tab on the demo, driven as a person would. */
export class Tab {
  readonly page: Page
  /** Errors of the page and its console. */
  readonly trouble: string[] = []

  static async open(profile: BrowserContext, url: string): Promise<Tab> {
    const tab = new Tab(await profile.newPage())
    await tab.page.goto(url)
    return tab
  }

  private constructor(page: Page) {
    this.page = page
    page.on('pageerror', (error) => this.#note(error.message))
    page.on('console', (message) => {
      if (message.type() === 'error') this.#note(message.text())
    })
  }

  #note(text: string): void {
    if (HUB_IS_AWAY.test(text)) return
    this.trouble.push(text)
    if (/Content Security Policy|Trusted ?Type/i.test(text)) figures.violations++
    else figures.errors++
  }

  /** The id of its peer. */
  async id(): Promise<string> {
    return (await this.page.locator('.dot.self').getAttribute('data-peer')) as string
  }

  /** Waits until it shows so many peers. */
  async sees(peers: number): Promise<void> {
    await this.page
      .getByText(`· ${peers} ${peers === 1 ? 'peer' : 'peers'}`, { exact: false })
      .waitFor({ timeout: 30_000 })
  }

  /** Opens one of the panels. */
  async show(panel: string): Promise<Locator> {
    await this.page.getByRole('tab', { name: panel }).click()
    return this.page.getByRole('tabpanel', { name: panel })
  }

  button(name: string | RegExp): Locator {
    return this.page.getByRole('button', { name })
  }

  /** Chooses a peer in the picture. */
  async choose(peer: string): Promise<void> {
    await this.page.locator(`[data-peer="${peer}"]`).click()
  }

  async say(text: string): Promise<void> {
    await this.page.getByLabel('Message', { exact: true }).fill(text)
    await this.button('Send').click()
  }

  /** Waits for the stopwatch. @returns how long it took to heal, ms */
  async healed(timeout = 60_000): Promise<number> {
    const watch = this.page.locator('.watch.well')
    await watch.waitFor({ timeout })
    return (
      1000 *
      Number(
        await watch
          .locator('b')
          .textContent()
          .then(Number.parseFloat as never),
      )
    )
  }

  /** What axe finds that is serious, or worse. */
  async barriers(): Promise<string[]> {
    await this.page.evaluate(axe)
    const violations = (await this.page.evaluate(
      'axe.run().then(({ violations }) => violations)',
    )) as Finding[]
    return violations
      .filter(({ impact }) => impact === 'serious' || impact === 'critical')
      .flatMap(({ id, nodes }) => nodes.map(({ html }) => `${id}: ${html}`))
  }
}
