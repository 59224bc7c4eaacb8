import { existsSync } from 'node:fs'
import { basename, dirname, join } from 'node:path'

/**
 * npm's own JavaScript entry point: the one that started us, or the one beside this Node.
 * @returns {string}
 */
export function npmPath() {
  const started = process.env['npm_execpath']
  const node = dirname(process.execPath)
  const candidates = [
    started && basename(started) === 'npm-cli.js' ? started : undefined,
    join(node, 'node_modules', 'npm', 'bin', 'npm-cli.js'),
    join(node, '..', 'lib', 'node_modules', 'npm', 'bin', 'npm-cli.js'),
    join(node, '..', 'share', 'nodejs', 'npm', 'bin', 'npm-cli.js'),
  ]
  const found = candidates.find((path) => path !== undefined && existsSync(path))
  if (found === undefined) throw new Error('npm was not found beside Node; run: npm test')
  return found
}
