/** One edit of a text. */
export interface Edit {
  readonly at: number
  /** Characters taken out. */
  readonly remove: number
  readonly insert: string
}

/**
 * A seeded model of somebody who writes a paper: bursts of typing, corrections, jumps. Like the
 * recorded trace of a paper that benches of CRDTs use (259,778 edits, of which 77,463 delete one
 * character each, to 104,852 characters), whose licence is not that of a package on npm.
 */
export function typing(count: number, seed = 1): Edit[] {
  const random = generator(seed)
  const edits: Edit[] = []
  let length = 0
  let cursor = 0
  while (edits.length < count) {
    if (random() < 0.08) cursor = Math.floor(random() * (length + 1))
    const burst = 1 + Math.floor(-30 * Math.log(1 - random()))
    for (let left = burst; left > 0 && edits.length < count; left--) {
      if (length > 10 && cursor > 0 && random() < 0.298) {
        edits.push({ at: --cursor, remove: 1, insert: '' })
        length--
      } else {
        const letter = 'etaoin shrdlu.'[Math.floor(random() * 14)] as string
        edits.push({ at: cursor++, remove: 0, insert: letter })
        length++
      }
    }
  }
  return edits
}

/** Mulberry32. */
function generator(seed: number): () => number {
  let state = seed
  return () => {
    state = (state + 0x6d2b79f5) | 0
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state)
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296
  }
}

/** In groups of so many, as they are written together. */
export function batches<T>(items: readonly T[], size: number): T[][] {
  return Array.from({ length: Math.ceil(items.length / size) }, (_, at) =>
    items.slice(at * size, (at + 1) * size),
  )
}
