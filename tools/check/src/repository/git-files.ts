import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { run } from '../../../../scripts/lib/run.mjs'

/**
 * What git tracks, and what it would track: new files count before they are added.
 * @returns paths relative to the root, with forward slashes
 */
export async function gitFiles(root: string): Promise<string[]> {
  const args = ['ls-files', '-z', '--cached', '--others', '--exclude-standard']
  const { output } = await run('git', args, { cwd: root, capture: true })
  return output.split('\0').filter((path) => path !== '' && existsSync(join(root, path)))
}
