import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { isAbsolute, join } from 'node:path'
import { runTool } from '../../../../scripts/lib/tool.mjs'
import { parallel } from '../repository/parallel.ts'
import { type Package, publishable } from '../repository/publishable.ts'
import { listTarball } from './list-tarball.ts'

/** A package as npm would get it. */
export interface Tarball {
  readonly package: Package
  readonly file: string
  /** What it holds, relative to the package. */
  readonly contents: readonly string[]
}

let packed: Promise<Tarball[]> | undefined

/**
 * Every publishable package, packed once for all steps; removed when the process ends.
 * @throws CommandError if one does not pack
 */
export function tarballs(root: string): Promise<Tarball[]> {
  packed ??= packAll(root)
  return packed
}

async function packAll(root: string): Promise<Tarball[]> {
  const directory = mkdtempSync(join(tmpdir(), 'pigeon-pack-'))
  process.on('exit', () => rmSync(directory, { recursive: true, force: true }))
  return parallel(publishable(root), async (one) => {
    const args = ['pack', '--json', '--pack-destination', directory]
    const { output } = await runTool('pnpm', args, { cwd: join(root, one.path), capture: true })
    const { filename } = JSON.parse(output.slice(output.indexOf('{'))) as { filename: string }
    const file = isAbsolute(filename) ? filename : join(directory, filename)
    return { package: one, file, contents: listTarball(readFileSync(file)) }
  })
}
