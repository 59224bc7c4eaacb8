import { fileURLToPath } from 'node:url'
import { bundle, launchChromium, servePage } from '@pigeon-tools/browser'
import type { Times } from './rounds.ts'

/** What idb-page.ts measures in a Chromium. */
export async function measureIdb(): Promise<Times[]> {
  const page = fileURLToPath(new URL('idb-page.ts', import.meta.url))
  const served = await servePage({ scripts: [await bundle(page)] })
  const browser = await launchChromium()
  try {
    const tab = await browser.newPage()
    await tab.goto(served.url)
    await tab.waitForFunction(() => 'measureIdb' in globalThis)
    return await tab.evaluate(() => globalThis.measureIdb())
  } finally {
    await browser.close()
    await served.close()
  }
}
