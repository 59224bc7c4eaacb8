import { mkdir } from 'node:fs/promises'
import { fileURLToPath } from 'node:url'
import type { RunHubOptions } from '@pigeon/hub-server'
import { build, stop } from 'esbuild'

/** Within the workspace, so that the program finds its packages. */
const FOLDER = fileURLToPath(new URL('../../node_modules/.cache/hub-program/', import.meta.url))

const MANY = 1_000_000

/** What all hubs of a measurement share: limits that no client of it reaches, and a secret. */
export const OPEN_HUB: RunHubOptions = {
  ...{ port: 0, auth: 'open', isHub: 'on', hubSecret: ['s'.repeat(32)], logLevel: 'silent' },
  ...{ maxConnections: 100_000, maxConnectionsPerAddress: 100_000 },
  ...{ connectRate: MANY, connectBurst: MANY, messageRate: MANY, messageBurst: MANY },
  ...{ byteRate: 1024 * MANY, byteBurst: 1024 * MANY, bootstrapHubs: [], stunPort: 0 },
}

/** Makes the program of one hub from its source: a loader would count as its time. @returns its path */
export async function makeHubProgram(): Promise<string> {
  await mkdir(FOLDER, { recursive: true })
  await build({
    entryPoints: [fileURLToPath(new URL('./hub-program.ts', import.meta.url))],
    outdir: FOLDER,
    outExtension: { '.js': '.mjs' },
    ...{ bundle: true, packages: 'external', platform: 'node', format: 'esm', target: 'node20' },
    logLevel: 'warning',
  })
  await stop()
  return `${FOLDER}hub-program.mjs`
}
