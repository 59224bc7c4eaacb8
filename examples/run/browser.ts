import { bundle, launchChromium, servePage } from '@pigeon-tools/browser'
import type { Browser, Page } from 'playwright-core'

/** How long a page may take for anything, ms. */
const PATIENCE_MS = 60_000

/** A page of an example, open in as many tabs as are asked for. */
export interface Tabs {
  /** Opens a tab; each is a browser profile of its own. @param hash of its address */
  open(hash?: string): Promise<Page>
  close(): Promise<void>
}

/** Bundles `main.ts` of a directory, serves it, and opens it with `?hub=`. */
export async function openTabs(directory: string, hub: string): Promise<Tabs> {
  const script = await bundle(`${directory}/main.ts`)
  const [served, browser] = await Promise.all([
    servePage({ scripts: [script] }),
    launchChromium() as Promise<Browser>,
  ])
  return {
    async open(hash = '') {
      const profile = await browser.newContext()
      profile.setDefaultTimeout(PATIENCE_MS)
      const page = await profile.newPage()
      page.on('pageerror', (error) => console.error(error))
      await page.goto(`${served.url}?hub=${encodeURIComponent(hub)}${hash}`)
      return page
    },
    async close() {
      await browser.close()
      await served.close()
    },
  }
}
