import { existsSync } from 'node:fs'
import { delimiter, join } from 'node:path'
import { run } from './run.mjs'

const isInstalled = () =>
  (process.env['PATH'] ?? '')
    .split(delimiter)
    .some((directory) => existsSync(join(directory, 'turnserver')))

const canInstall = () =>
  process.platform === 'linux' && process.getuid?.() === 0 && existsSync('/usr/bin/apt-get')

/** Installs Debian's TURN server where that needs no questions; elsewhere the tests say what they lack. */
export async function provideCoturn() {
  if (isInstalled() || !canInstall()) return
  const env = { DEBIAN_FRONTEND: 'noninteractive' }
  await run('apt-get', ['update'], { allowFailure: true })
  const packages = ['install', '-y', '--no-install-recommends', 'coturn']
  await run('apt-get', packages, { env, allowFailure: true })
}
