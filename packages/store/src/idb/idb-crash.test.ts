import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { KillableChromium, servePage } from '@pigeon-tools/browser'
import { expect, test } from 'vitest'
import { pageScript, Tab } from '../fixtures/chromium.ts'

const BATCHES = [30, 75]

test('a browser that is killed while it writes loses no durable batch and leaves none half', async () => {
  const profile = mkdtempSync(join(tmpdir(), 'pigeon-store-'))
  const served = await servePage({ scripts: [await pageScript()] })
  const durable: number[] = []
  try {
    for (const batches of BATCHES) {
      const browser = await KillableChromium.start(profile)
      const tab = await Tab.open(browser.context, served.url)
      await tab.call('open', 'crash')
      await new Promise<void>((resolve) => {
        tab.page.on('console', (message) => {
          const [, batch] = /^durable (\d+)$/.exec(message.text()) ?? []
          if (batch !== undefined) durable.push(Number(batch))
          if (durable.length >= batches) resolve()
        })
        tab.call('writeUntilKilled').catch(() => {})
      })
      await browser.kill()

      const next = await KillableChromium.start(profile)
      const again = await Tab.open(next.context, served.url)
      await again.call('open', 'crash')
      const counts = await again.call('countBatches')
      await next.kill()
      expect(Object.values(counts).filter((count) => count !== 10)).toEqual([])
      expect(durable.filter((batch) => counts[batch] === undefined)).toEqual([])
    }
  } finally {
    await served.close()
    rmSync(profile, { recursive: true, force: true, maxRetries: 5 })
  }
}, 120_000)
