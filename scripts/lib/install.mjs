import { createHash } from 'node:crypto'
import { existsSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { npmPath } from './npm.mjs'
import { root } from './root.mjs'
import { run } from './run.mjs'
import { runTool } from './tool.mjs'
import { workspaces } from './workspaces.mjs'

const STAMP = join(root, 'node_modules', '.installed')

/** The parts of a package.json that decide what gets installed. */
const INSTALLED_FIELDS = [
  'name',
  'dependencies',
  'devDependencies',
  'optionalDependencies',
  'peerDependencies',
  'peerDependenciesMeta',
  'packageManager',
  'bin',
]

/** Changes whenever an install could give something else. */
function fingerprint() {
  const hash = createHash('sha256')
  hash.update(`${process.platform} ${process.arch} ${process.versions.node.split('.')[0]}\n`)
  for (const file of ['pnpm-lock.yaml', 'pnpm-workspace.yaml', '.npmrc']) {
    const path = join(root, file)
    if (existsSync(path)) hash.update(file).update(readFileSync(path))
  }
  for (const { path, manifest } of workspaces()) {
    const fields = INSTALLED_FIELDS.map((field) => [field, manifest[field]])
    hash.update(`${path} ${JSON.stringify(fields)}\n`)
  }
  return hash.digest('hex')
}

/**
 * Installs what the lockfile says, unless that was done already: a second run needs no network.
 */
export async function install() {
  const wanted = fingerprint()
  if (existsSync(STAMP) && readFileSync(STAMP, 'utf8') === wanted) return
  const args = ['install', '--frozen-lockfile', '--config.confirmModulesPurge=false']
  if (existsSync(join(root, 'node_modules', 'pnpm', 'package.json'))) await runTool('pnpm', args)
  else {
    const packageManager = workspaces()[0]?.manifest.packageManager
    const npx = ['exec', '--yes', `--package=${packageManager}`, '--', 'pnpm', ...args]
    await run('node', [npmPath(), ...npx])
  }
  writeFileSync(STAMP, wanted)
}
