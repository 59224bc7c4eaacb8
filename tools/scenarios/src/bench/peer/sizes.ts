import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { bundle } from '@pigeon-tools/check/bundle'
import type { BenchRow } from '../table.ts'

const ROOT = fileURLToPath(new URL('../../../../../', import.meta.url))

/** What a page imports of ours, and what it may take, kB. Keys and ciphers are in each: every peer proves its id. */
const OURS = [
  { name: 'joinMesh', imported: "{ joinMesh } from '@pigeon/peer'", atMost: 18 },
  {
    name: 'joinMesh, table and media',
    imported: [
      "{ joinMesh } from '@pigeon/peer'",
      "{ openDht } from '@pigeon/peer/dht'",
      "{ openMedia } from '@pigeon/peer/media'",
    ].join('\nexport '),
    atMost: 30,
  },
  {
    name: 'joinMesh, table, media and storage',
    imported: [
      "{ joinMesh } from '@pigeon/peer'",
      "{ openDht } from '@pigeon/peer/dht'",
      "{ openMedia } from '@pigeon/peer/media'",
      "{ openStorage } from '@pigeon/peer/storage'",
    ].join('\nexport '),
    atMost: undefined,
  },
] as const

/**
 * What it imports of others, from `tools/peers`. PeerPigeon's bundle for browsers names two modules of Node, and takes
 * its cryptography from a server of others when it starts: both stay outside.
 */
const THEIRS = [
  { folder: 'peerpigeon', name: 'peerpigeon', imported: 'PeerPigeonMesh' },
  { folder: 'peerjs', name: 'peerjs', imported: 'Peer' },
  { folder: 'simple-peer', name: '@trystero-p2p/core', imported: '*' },
] as const

const OUTSIDE = ['pigeonrtc', 'crypto']

/** Where the modules of another system are, if it is installed. */
function installed(folder: string, name: string): string | undefined {
  const directory = join(ROOT, 'tools', 'peers', folder)
  return existsSync(join(directory, 'node_modules', name)) ? directory : undefined
}

/**
 * What a page loads, beside other libraries, in the way the budgets of the check are measured: minified by esbuild for
 * browsers, each chunk gzipped by itself; at once, and later by `import()`.
 */
export async function sizes(): Promise<BenchRow[]> {
  const rows: BenchRow[] = []
  const from = join(ROOT, 'packages', 'peer')
  for (const { name, imported, atMost } of OURS) {
    const { bytes, laterBytes } = await bundle(imported, ROOT, from)
    const goal = atMost === undefined ? {} : { goal: { atMost } }
    rows.push({ metric: `${name}, at once`, ours: bytes / 1000, unit: 'kB', ...goal })
    rows.push({ metric: `${name}, later`, ours: laterBytes / 1000, unit: 'kB' })
  }
  const ours = rows[0]?.ours ?? Number.NaN
  for (const { folder, name, imported } of THEIRS) {
    const directory = installed(folder, name)
    if (directory === undefined) {
      console.error(`${name} is not installed, and not measured`)
      continue
    }
    const what = imported === '*' ? '*' : `{ ${imported} }`
    const { bytes } = await bundle(`${what} from '${name}'`, ROOT, directory, { outside: OUTSIDE })
    const row = { metric: 'joinMesh, at once', ours, peer: bytes / 1000, peerName: name }
    rows.push({ ...row, unit: 'kB' })
  }
  return rows
}
