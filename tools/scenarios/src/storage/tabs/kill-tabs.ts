import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { KillableChromium, servePage } from '@pigeon-tools/browser'
import type { Killed } from '../kills/kill-writers.ts'
import { call, openPage, pageScript } from './open-page.ts'

/** Kills a Chromium with SIGKILL while a tab writes into IndexedDB, so many times, on one profile. */
export async function killTabs(kills: number): Promise<Killed> {
  const profile = await mkdtemp(join(tmpdir(), 'pigeon-tabs-'))
  const served = await servePage({ scripts: [await pageScript()] })
  const acknowledged: string[] = []
  const numbers = new Map<number, string>()
  let [lost, signedTwice] = [0, 0]
  try {
    for (let round = 0; round < kills; round++) {
      acknowledged.push(...(await writeUntilKilled(profile, served.url, round)))
      const browser = await KillableChromium.start(profile)
      const { keys, signed } = await call(await openPage(browser.context, served.url), 'read')
      await browser.kill()
      const there = new Set(keys)
      lost = acknowledged.filter((key) => !there.has(key)).length
      for (const [number, id] of signed) {
        const known = numbers.get(number)
        if (known !== undefined && known !== id) signedTwice++
        numbers.set(number, id)
      }
    }
  } finally {
    await served.close()
    await rm(profile, { recursive: true, force: true, maxRetries: 5 })
  }
  return { kills, acknowledged: acknowledged.length, lost, signedTwice }
}

async function writeUntilKilled(profile: string, url: string, round: number): Promise<string[]> {
  const browser = await KillableChromium.start(profile)
  const page = await openPage(browser.context, url)
  const said: string[] = []
  // Another moment in each round.
  const enough = 5 + ((round * 7919) % 40)
  await new Promise<void>((resolve) => {
    page.on('console', (message) => {
      const [, key] = /^written (\S+)$/.exec(message.text()) ?? []
      if (key !== undefined) said.push(key)
      if (said.length >= enough) resolve()
    })
    call(page, 'write', round).catch(() => {})
  })
  await browser.kill()
  return said
}
