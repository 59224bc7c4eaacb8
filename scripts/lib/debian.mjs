import { existsSync } from 'node:fs'
import { run } from './run.mjs'

/** Whether packages of Debian can be installed here without questions. */
export const canInstall = () =>
  process.platform === 'linux' && process.getuid?.() === 0 && existsSync('/usr/bin/apt-get')

/**
 * Installs one package of Debian.
 * @param {string} name
 * @throws CommandError if apt-get fails
 */
export async function installPackage(name) {
  await run('apt-get', ['update'])
  const args = ['install', '-y', '--no-install-recommends', name]
  await run('apt-get', args, { env: { DEBIAN_FRONTEND: 'noninteractive' } })
}
