// What PeerPigeon's documents promise of storage, here and there.
import { ourHub } from './hubs.ts'
import { CLAIMS } from './storage/claims.ts'
import { ourKeeper, theirKeeper } from './storage/keepers.ts'
import { tryClaims } from './storage/try-claims.ts'

/** Prints a row for each promise. @returns how many of them do not hold here */
export async function storageClaims(version: string): Promise<number> {
  const here = await tryClaims(ourHub, ourKeeper)
  // On a busy machine its peers may not find each other within a minute.
  const there = await tryClaims(ourHub, theirKeeper).catch(() => undefined)
  const width = Math.max(...CLAIMS.map(({ text }) => text.length))
  console.log(`\n${'storage'.padEnd(width)}  here  ${version}`)
  for (const { text } of CLAIMS) {
    const said = (held: ReadonlySet<string>) => (held.has(text) ? 'holds' : 'no')
    const theirs = there === undefined ? 'did not link' : said(there)
    console.log(`${text.padEnd(width)}  ${said(here).padEnd(5)} ${theirs}`)
  }
  return CLAIMS.length - here.size
}
