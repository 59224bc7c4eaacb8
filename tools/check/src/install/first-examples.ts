import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { layerName } from '../layers/manifests.ts'
import { LAYERS } from '../layers/table.ts'
import { extractBlocks } from '../readme/blocks.ts'
import type { Package } from '../repository/publishable.ts'

/** Entries that only programs import. */
const FOR_NODE = /from '(?:node:|@pigeon\/[\w-]+\/(?:node|server|werift|node-datachannel)\b)/

/** Code of a README. */
export interface Example {
  /** Whose README it is, such as `@pigeon/xor`. */
  readonly name: string
  readonly code: string
}

/** The first example of every README whose package is for pages, unless it starts what only programs have. */
export function firstExamples(root: string, packages: readonly Package[]): Example[] {
  return packages.flatMap(({ path, manifest: { name } }) => {
    if (LAYERS[layerName(name) ?? '']?.server === true) return []
    const [first] = extractBlocks(readFileSync(join(root, path, 'README.md'), 'utf8'))
    const code = first?.lines.join('\n')
    return code === undefined || FOR_NODE.test(code) ? [] : [{ name, code }]
  })
}
