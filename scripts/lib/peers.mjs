import { createHash } from 'node:crypto'
import { existsSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { npmPath } from './npm.mjs'
import { root } from './root.mjs'
import { CommandError, run } from './run.mjs'

/**
 * Installs another system to measure against, from `tools/peers/<name>`, unless that was done already. No script of
 * its packages runs. Where it cannot be installed this says so, and the bench does without.
 * @param {string} name
 */
export async function installPeer(name) {
  const directory = join(root, 'tools', 'peers', name)
  const lock = readFileSync(join(directory, 'package-lock.json'))
  const wanted = createHash('sha256').update(`${process.platform} ${process.arch}\n`).update(lock)
  const stamp = join(directory, 'node_modules', '.installed')
  const digest = wanted.digest('hex')
  if (existsSync(stamp) && readFileSync(stamp, 'utf8') === digest) return
  console.log(`installing ${name}, to measure against`)
  try {
    await run('node', [npmPath(), 'ci', '--ignore-scripts'], { cwd: directory, capture: true })
    writeFileSync(stamp, digest)
  } catch (error) {
    if (!(error instanceof CommandError)) throw error
    console.error(`${error.output}\n${name} could not be installed: ${error.message}`)
  }
}
