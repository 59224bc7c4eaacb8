import { fileURLToPath } from 'node:url'
import { bundle, launchChromium, type ServedPage, servePage } from '@pigeon-tools/browser'
import type { TabApi } from './tab-api.ts'

type Chromium = Awaited<ReturnType<typeof launchChromium>>
type Page = Awaited<ReturnType<Chromium['newPage']>>

/** Where other libraries are, if they are installed. */
export const OTHERS: string = fileURLToPath(
  new URL('../../../../peers/simple-peer/node_modules', import.meta.url),
)

/** A tab that runs a {@link TabApi}. */
export class Tab {
  readonly #page: Page

  constructor(page: Page) {
    this.#page = page
  }

  call<N extends keyof TabApi>(
    name: N,
    ...args: Parameters<TabApi[N]>
  ): Promise<Awaited<ReturnType<TabApi[N]>>> {
    return this.#page.evaluate(
      ([name, args]) => (globalThis as unknown as { tab: Calls }).tab[name]?.(...args),
      [name as string, args as unknown[]] as const,
    ) as Promise<Awaited<ReturnType<TabApi[N]>>>
  }
}

type Calls = Record<string, (...args: unknown[]) => unknown>

/** Tabs of one fresh Chromium that run one program. */
export class Tabs {
  readonly all: readonly Tab[]
  readonly #browser: Chromium
  readonly #served: ServedPage

  private constructor(all: readonly Tab[], browser: Chromium, served: ServedPage) {
    this.all = all
    this.#browser = browser
    this.#served = served
  }

  /** @param program path of what runs in each */
  static async open(program: string, count: number): Promise<Tabs> {
    const script = await bundle(program, { nodePaths: [OTHERS], minify: true })
    const [served, browser] = await Promise.all([
      servePage({ scripts: [script] }),
      launchChromium(),
    ])
    const context = await browser.newContext()
    const pages = await Promise.all(
      Array.from({ length: count }, async () => {
        const page = await context.newPage()
        await page.goto(served.url)
        await page.waitForFunction(() => 'tab' in globalThis)
        return page
      }),
    )
    return new Tabs(
      pages.map((page) => new Tab(page)),
      browser,
      served,
    )
  }

  async close(): Promise<void> {
    await this.#browser.close()
    await this.#served.close()
  }
}
