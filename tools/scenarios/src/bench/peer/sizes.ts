import { existsSync } from 'node:fs'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { gzipSync } from 'node:zlib'
import { bundle } from '@pigeon-tools/browser'
import type { BenchRow } from '../table.ts'

const PEERS = fileURLToPath(new URL('../../../../peers', import.meta.url))

/** Within the workspace, so that its packages are found. */
const FOLDER = fileURLToPath(new URL('../../../node_modules/.bench-peer-', import.meta.url))

/** What a page imports of ours. */
const OURS = {
  joinMesh: "export { joinMesh } from '@pigeon/peer'",
  'joinMesh, table, media and storage': [
    "export { joinMesh } from '@pigeon/peer'",
    "export { openDht } from '@pigeon/peer/dht'",
    "export { openMedia } from '@pigeon/peer/media'",
    "export { openStorage } from '@pigeon/peer/storage'",
  ].join('\n'),
} as const

/** What it imports of others, where they are installed. */
const THEIRS = [
  { folder: 'peerpigeon', name: 'peerpigeon' },
  { folder: 'peerjs', name: 'peerjs' },
  { folder: 'simple-peer', name: '@trystero-p2p/core' },
] as const

/** Minified, gzipped, all in one file, kB. */
async function sizeOf(source: string, nodePaths: readonly string[] = []): Promise<number> {
  const folder = await mkdtemp(FOLDER)
  try {
    const entry = join(folder, 'entry.mjs')
    await writeFile(entry, source)
    const text = await bundle(entry, { minify: true, nodePaths })
    return gzipSync(text, { level: 9 }).length / 1000
  } finally {
    await rm(folder, { recursive: true })
  }
}

/** What a page loads, beside other libraries; all chunks together. */
export async function sizes(): Promise<BenchRow[]> {
  const rows: BenchRow[] = []
  for (const [name, source] of Object.entries(OURS)) {
    rows.push({ metric: `bundle of ${name}`, ours: await sizeOf(source), unit: 'kB' })
  }
  const ours = rows[0]?.ours ?? Number.NaN
  for (const { folder, name } of THEIRS) {
    const modules = join(PEERS, folder, 'node_modules')
    if (!existsSync(join(modules, name))) continue
    const peer = await sizeOf(`export * from '${name}'`, [modules]).catch(() => undefined)
    if (peer === undefined) continue
    rows.push({ metric: 'bundle of joinMesh', ours, peer, peerName: name, unit: 'kB' })
  }
  return rows
}
