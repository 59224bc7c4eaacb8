import { mkdir } from 'node:fs/promises'
import { fileURLToPath } from 'node:url'
import { build, stop } from 'esbuild'

/** Within the workspace, so that the program finds its packages. */
const FOLDER = fileURLToPath(new URL('../../../node_modules/.cache/bench-hub/', import.meta.url))

/** Paths of programs. */
export interface HubPrograms {
  readonly server: string
  readonly attacker: string
}

/** Makes the programs from their sources: a loader would count as their memory. */
export async function makeHubPrograms(): Promise<HubPrograms> {
  const source = (name: string): string => fileURLToPath(new URL(name, import.meta.url))
  await mkdir(FOLDER, { recursive: true })
  await build({
    entryPoints: [source('./server-process.ts'), source('./attacker-process.ts')],
    outdir: FOLDER,
    outExtension: { '.js': '.mjs' },
    bundle: true,
    packages: 'external',
    platform: 'node',
    format: 'esm',
    target: 'node20',
    logLevel: 'warning',
  })
  await stop()
  return { server: `${FOLDER}server-process.mjs`, attacker: `${FOLDER}attacker-process.mjs` }
}
