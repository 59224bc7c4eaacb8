import { existsSync } from 'node:fs'
import { delimiter, join } from 'node:path'
import { run } from './run.mjs'

/** Command names under which Linux distributions install it. */
const COMMANDS = [
  'chromium',
  'chromium-browser',
  'google-chrome-stable',
  'google-chrome',
  'microsoft-edge-stable',
  'microsoft-edge',
]

const MAC_APPLICATIONS = ['Chromium', 'Google Chrome', 'Microsoft Edge']

const WINDOWS_PROGRAMS = [
  ['Chromium', 'Application', 'chrome.exe'],
  ['Google', 'Chrome', 'Application', 'chrome.exe'],
  ['Microsoft', 'Edge', 'Application', 'msedge.exe'],
]

/** The ONE command that repairs a missing browser, by system. */
const ADVICE = {
  darwin: 'brew install --cask chromium',
  win32: 'winget install Hibbiki.Chromium',
  linux: 'sudo apt-get install -y chromium',
}

/** @returns {string[]} */
function candidates() {
  if (process.platform === 'darwin')
    return MAC_APPLICATIONS.map((name) => `/Applications/${name}.app/Contents/MacOS/${name}`)
  if (process.platform === 'win32') {
    const roots = ['PROGRAMFILES', 'PROGRAMFILES(X86)', 'LOCALAPPDATA']
      .map((name) => process.env[name])
      .filter((path) => path !== undefined)
    return roots.flatMap((path) => WINDOWS_PROGRAMS.map((parts) => join(path, ...parts)))
  }
  const directories = (process.env['PATH'] ?? '').split(delimiter).filter(Boolean)
  return COMMANDS.flatMap((name) => directories.map((directory) => join(directory, name)))
}

/**
 * A Chromium, Chrome or Edge of this machine; `CHROMIUM` in the environment decides where it is set.
 * @returns {string | undefined}
 * @throws Error if `CHROMIUM` names no file
 */
function findChromium() {
  const chosen = process.env['CHROMIUM']
  if (!chosen) return candidates().find((path) => existsSync(path))
  if (!existsSync(chosen)) throw new Error(`CHROMIUM names ${chosen}, which does not exist`)
  return chosen
}

const canInstall = () =>
  process.platform === 'linux' && process.getuid?.() === 0 && existsSync('/usr/bin/apt-get')

/**
 * Finds a Chromium, or installs Debian's where that needs no questions, and leaves its path in `CHROMIUM`.
 * @throws Error with the one command to run where neither works
 */
export async function provideChromium() {
  let path = findChromium()
  if (path === undefined && canInstall()) {
    await run('apt-get', ['update'])
    const packages = ['install', '-y', '--no-install-recommends', 'chromium']
    await run('apt-get', packages, { env: { DEBIAN_FRONTEND: 'noninteractive' } })
    path = findChromium()
  }
  if (path === undefined) {
    const advice = ADVICE[/** @type {keyof typeof ADVICE} */ (process.platform)] ?? ADVICE.linux
    throw new Error(`the browser tests need Chromium, Chrome or Edge; run: ${advice}`)
  }
  process.env['CHROMIUM'] = path
}
