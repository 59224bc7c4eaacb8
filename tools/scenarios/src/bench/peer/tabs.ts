import { fileURLToPath } from 'node:url'
import { bundle, launchChromium, type ServedPage, servePage } from '@pigeon-tools/browser'
import { Tab } from '../mesh/tab.ts'
import type { TabApi } from './tab-api.ts'

type Chromium = Awaited<ReturnType<typeof launchChromium>>

/** Where other libraries are, if they are installed. */
export const OTHERS: string = fileURLToPath(
  new URL('../../../../peers/simple-peer/node_modules', import.meta.url),
)

/** Tabs of one fresh Chromium that run one program. */
export class Tabs {
  readonly all: readonly Tab<TabApi>[]
  readonly #browser: Chromium
  readonly #served: ServedPage

  private constructor(all: readonly Tab<TabApi>[], browser: Chromium, served: ServedPage) {
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
    const tabs = await Promise.all(
      Array.from({ length: count }, () => Tab.open<TabApi>(context, served.url)),
    )
    return new Tabs(tabs, browser, served)
  }

  async close(): Promise<void> {
    await this.#browser.close()
    await this.#served.close()
  }
}
