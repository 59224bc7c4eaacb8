import { createHash } from 'node:crypto'
import type { RunningHub } from '../hubs.ts'
import { CLAIMS, type People } from './claims.ts'
import type { Keeper } from './keeper.ts'

/** Time between two joins, ms. */
const STAGGER_MS = 200

/** How long three peers may take to link, ms. */
const LINKED_MS = 60_000

/** What came of the claims: those that held, by their texts. */
export async function tryClaims(
  startHub: () => Promise<RunningHub>,
  makeKeeper: () => Keeper,
): Promise<ReadonlySet<string>> {
  const hub = await startHub()
  const keepers = [makeKeeper(), makeKeeper(), makeKeeper()] as const
  const held = new Set<string>()
  try {
    const joining: Promise<void>[] = []
    for (const [index, keeper] of keepers.entries()) {
      joining.push(keeper.join(hub.url, 'storage', idOf(index)))
      await sleep(STAGGER_MS)
    }
    await Promise.all(joining)
    await allLinked(keepers)
    const [owner, friend, stranger] = keepers
    const people: People = { owner, friend, stranger }
    for (const { text, holds } of CLAIMS) {
      if (await holds(people).catch(() => false)) held.add(text)
    }
  } finally {
    await Promise.all(keepers.map((keeper) => keeper.end()))
    await hub.end()
  }
  return held
}

async function allLinked(keepers: readonly Keeper[]): Promise<void> {
  const end = performance.now() + LINKED_MS
  while (performance.now() < end) {
    const links = await Promise.all(keepers.map((keeper) => keeper.links()))
    if (links.every(({ length }) => length === keepers.length - 1)) return
    await sleep(100)
  }
  throw new Error('three peers did not all link')
}

function idOf(index: number): string {
  return createHash('sha256').update(`keeper ${index}`).digest('hex').slice(0, 40)
}

function sleep(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms))
}
