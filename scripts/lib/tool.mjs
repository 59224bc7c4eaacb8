import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { root } from './root.mjs'
import { run } from './run.mjs'

/**
 * The JavaScript file behind a command of an installed package: starting it through Node needs no shell on any system.
 * @param {string} packageName for example `@biomejs/biome`
 * @param {object} [options]
 * @param {string | undefined} [options.command] which of its commands, default: the only or the eponymous one
 * @param {string | undefined} [options.from] the workspace that depends on it, default: the root
 * @returns {string}
 */
export function toolPath(packageName, { command, from = '.' } = {}) {
  const directory = join(root, from, 'node_modules', packageName)
  const { bin } = JSON.parse(readFileSync(join(directory, 'package.json'), 'utf8'))
  const wanted = command ?? packageName.slice(packageName.lastIndexOf('/') + 1)
  const file = typeof bin === 'string' ? bin : (bin?.[wanted] ?? Object.values(bin ?? {})[0])
  if (!file) throw new TypeError(`${packageName} has no command ${wanted}`)
  return join(directory, file)
}

/**
 * Runs an installed tool.
 * @param {string} packageName
 * @param {readonly string[]} args
 * @param {Parameters<typeof run>[2] & { command?: string, from?: string }} [options]
 */
export function runTool(packageName, args, { command, from, ...options } = {}) {
  return run('node', [toolPath(packageName, { command, from }), ...args], options)
}
