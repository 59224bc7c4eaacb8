import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { root } from './root.mjs'

/** Where workspaces live, as in pnpm-workspace.yaml. */
const GROUPS = ['packages', 'apps', 'tools']

/**
 * @typedef {object} Workspace
 * @property {string} path relative to the root, with forward slashes
 * @property {any} manifest its package.json
 */

/**
 * Every package of the repository, the root first.
 * @param {string} [directory]
 * @returns {Workspace[]}
 */
export function workspaces(directory = root) {
  const paths = GROUPS.filter((group) => existsSync(join(directory, group))).flatMap((group) =>
    readdirSync(join(directory, group))
      .sort()
      .map((name) => `${group}/${name}`)
      .filter((path) => existsSync(join(directory, path, 'package.json'))),
  )
  return ['.', ...paths].map((path) => ({
    path,
    manifest: JSON.parse(readFileSync(join(directory, path, 'package.json'), 'utf8')),
  }))
}
