import { Keys } from '@pigeon/identity'
import { systemCrypto } from '@pigeon/identity/system'
import { ManualClock, seededRandom } from '@pigeon/transport/testing'
import { encodeRun as encode } from '../src/entry/run.ts'
import type { SpaceOptions } from '../src/index.ts'
import { Space } from '../src/index.ts'

/** A world in which nothing moves by itself. */
export const clock: ManualClock = new ManualClock(1_700_000_000_000)

/** Options of somebody; the same number is the same person. */
export async function person(
  number: number,
  more: Partial<SpaceOptions> = {},
): Promise<SpaceOptions> {
  const author = await Keys.generate(systemCrypto, seededRandom(number))
  const random = seededRandom(number * 7919 + 1)
  return { author, crypto: systemCrypto, clock, random, ...more }
}

/** Takes part in a space that somebody has. */
export function joinFrom(space: Space, options: SpaceOptions): Promise<Space> {
  return Space.join(space.id, space.genesis, options)
}

/** Gives everything one has to the other, causes first. */
export async function give(from: Space, to: Space): Promise<void> {
  await from.idle
  for (const node of from.log.authority.nodes.slice(1)) {
    const run = from.log.runFrom(node, 1)
    await to.receive(encode(run), from.me)
  }
}

/** Both ways, and keys for who lacks some. */
export async function meet(a: Space, b: Space): Promise<void> {
  await give(a, b)
  await give(b, a)
  for (const [one, other] of [
    [a, b],
    [b, a],
  ] as const) {
    if (one.missingKeys.length === 0) continue
    const keys = await other.shareKeys(one.me, one.missingKeys)
    if (keys !== undefined) await one.receiveKeys(keys)
  }
}

export function text(value: string): Uint8Array {
  return new TextEncoder().encode(value)
}

export function read(bytes: Uint8Array | undefined): string | undefined {
  return bytes && new TextDecoder().decode(bytes)
}
