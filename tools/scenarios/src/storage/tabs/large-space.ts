import { Space } from '@pigeon/crdt-storage'
import { Keys } from '@pigeon/identity'
import { systemCrypto } from '@pigeon/identity/system'
import { systemClock, systemRandom } from '@pigeon/transport/system'
import { launchChromium, servePage } from '@pigeon-tools/browser'
import { sameAuthorKeys } from '../kills/same-author.ts'
import { call, openPage, pageScript } from './open-page.ts'

/** How long a page takes with a space of many small entries. */
export interface LargeSpace {
  readonly entries: number
  readonly runs: number
  /** Until all of it was checked, and kept in IndexedDB, ms. */
  readonly keptMs: number
  /** Until a fresh page could read all values from there, ms; once for each time. */
  readonly loadedMs: readonly number[]
  /** Values that could be read then. */
  readonly values: number
}

/** Values of 200 bytes, in a private space that somebody else wrote, kept and loaded by Chromium. */
export async function largeSpace(entries: number, loads: number): Promise<LargeSpace> {
  const { id, genesis, runs } = await written(entries)
  const served = await servePage({ scripts: [await pageScript()] })
  const browser = await launchChromium()
  try {
    const profile = await browser.newContext()
    const page = await openPage(profile, served.url)
    const keptMs = await call(page, 'take', id, base64(genesis), runs.map(base64))
    await page.close()
    const loadedMs: number[] = []
    let values = 0
    for (let round = 0; round < loads; round++) {
      const fresh = await openPage(profile, served.url)
      const loaded = await call(fresh, 'load')
      await fresh.close()
      values = loaded.values
      loadedMs.push(loaded.ms)
    }
    return { entries, runs: runs.length, keptMs, loadedMs, values }
  } finally {
    await browser.close()
    await served.close()
  }
}

async function written(entries: number): Promise<{
  id: string
  genesis: Uint8Array
  runs: Uint8Array[]
}> {
  const author = await Keys.generate(systemCrypto, systemRandom)
  const world = { crypto: systemCrypto, clock: systemClock, random: systemRandom }
  const space = await Space.create({}, { ...world, author })
  await space.grant(await sameAuthorKeys(), 'read')
  for (let count = 0; count < entries; count++) {
    await space.set(`key ${count}`, new Uint8Array(200).fill(count))
  }
  return { id: space.id, genesis: space.genesis, runs: await space.export() }
}

function base64(bytes: Uint8Array): string {
  return Buffer.from(bytes).toString('base64')
}
