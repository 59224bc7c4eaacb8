import { mkdir } from 'node:fs/promises'
import { fileURLToPath } from 'node:url'
import { build, stop } from 'esbuild'

/** Within the workspace, so that the program finds its packages. */
const FOLDER = fileURLToPath(new URL('../../../node_modules/.cache/bench-hub/', import.meta.url))

/** Makes the program of a server from its sources: a loader would count as its memory. */
export async function makeServerProgram(): Promise<string> {
  await mkdir(FOLDER, { recursive: true })
  await build({
    entryPoints: [fileURLToPath(new URL('./server-process.ts', import.meta.url))],
    outfile: `${FOLDER}server-process.mjs`,
    bundle: true,
    packages: 'external',
    platform: 'node',
    format: 'esm',
    target: 'node20',
    logLevel: 'warning',
  })
  await stop()
  return `${FOLDER}server-process.mjs`
}
