import { mkdir } from 'node:fs/promises'
import { fileURLToPath } from 'node:url'
import { build, stop } from 'esbuild'

/** Within the workspace, so that the programs find its packages. */
const FOLDER = fileURLToPath(new URL('../../../node_modules/.cache/bench-mesh/', import.meta.url))

/** Paths of programs to start with {@link Child}. */
export interface Programs {
  readonly peer: string
  readonly hub: string
  /** One of several hubs. */
  readonly threeHubs: string
}

/**
 * Makes the programs from their sources: a loader that would do so in each process would count as
 * memory of the peer.
 */
export async function makePrograms(): Promise<Programs> {
  await mkdir(FOLDER, { recursive: true })
  const source = (name: string) => fileURLToPath(new URL(name, import.meta.url))
  await build({
    entryPoints: [
      source('./peer-process.ts'),
      source('./hub-process.ts'),
      source('../federation/three-hubs-process.ts'),
    ],
    entryNames: '[name]',
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
  return {
    peer: `${FOLDER}peer-process.mjs`,
    hub: `${FOLDER}hub-process.mjs`,
    threeHubs: `${FOLDER}three-hubs-process.mjs`,
  }
}
