import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { publint } from 'publint'
import { formatMessage } from 'publint/utils'
import { runTool } from '../../../../scripts/lib/tool.mjs'
import type { Tarball } from './tarballs.ts'

/**
 * What publint (the package.json) and attw (the types, as every module resolution finds them) say about a packed
 * package.
 * @returns one line for each problem
 */
export async function lintPackage(root: string, tarball: Tarball): Promise<string[]> {
  const { path, manifest } = tarball.package
  const bytes = readFileSync(tarball.file)
  const { messages } = await publint({
    pack: { tarball: bytes.buffer.slice(bytes.byteOffset, bytes.byteOffset + bytes.length) },
    strict: true,
  })
  const text = readFileSync(join(root, path, 'package.json'), 'utf8')
  const problems = messages.map((message) => {
    const said = formatMessage(message, JSON.parse(text), { color: false }) ?? message.code
    return `${manifest.name}: publint: ${said}`
  })
  const args = [
    tarball.file,
    '--profile',
    'esm-only',
    '--no-definitely-typed',
    '--no-color',
    '--no-emoji',
  ]
  const options = { from: 'tools/check', command: 'attw', capture: true, allowFailure: true }
  const { code, output } = await runTool('@arethetypeswrong/cli', args, options)
  return code === 0 ? problems : [...problems, `${manifest.name}: attw:\n${output.trim()}`]
}
