import { existsSync } from 'node:fs'
import { canInstall, installPackage } from './debian.mjs'

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
  'Chromium\\Application\\chrome.exe',
  'Google\\Chrome\\Application\\chrome.exe',
  'Microsoft\\Edge\\Application\\msedge.exe',
]

/** The ONE command that repairs a missing browser, by system. */
const ADVICE = {
  darwin: 'brew install --cask chromium',
  win32: 'winget install Google.Chrome',
  linux: 'sudo apt-get install -y chromium',
}

/**
 * @param {Readonly<Record<string, string | undefined>>} env
 * @param {NodeJS.Platform} platform
 * @returns {string[]}
 */
function candidates(env, platform) {
  if (platform === 'darwin')
    return MAC_APPLICATIONS.map((name) => `/Applications/${name}.app/Contents/MacOS/${name}`)
  if (platform === 'win32') {
    const roots = ['PROGRAMFILES', 'PROGRAMFILES(X86)', 'LOCALAPPDATA'].map((name) => env[name])
    return roots
      .filter((path) => path !== undefined)
      .flatMap((path) => WINDOWS_PROGRAMS.map((program) => `${path}\\${program}`))
  }
  const directories = (env['PATH'] ?? '').split(':').filter(Boolean)
  return COMMANDS.flatMap((name) => directories.map((directory) => `${directory}/${name}`))
}

/**
 * A Chromium, Chrome or Edge of this machine; `CHROMIUM` in the environment decides where it is set.
 * @param {Readonly<Record<string, string | undefined>>} [env]
 * @param {NodeJS.Platform} [platform]
 * @param {(path: string) => boolean} [exists]
 * @returns {string}
 * @throws Error if `CHROMIUM` names no file; with the one command to run where there is none
 */
export function findChromium(env = process.env, platform = process.platform, exists = existsSync) {
  const chosen = env['CHROMIUM']
  if (chosen) {
    if (exists(chosen)) return chosen
    throw new Error(`CHROMIUM names ${chosen}, which does not exist`)
  }
  const found = candidates(env, platform).find((path) => exists(path))
  if (found !== undefined) return found
  const advice = ADVICE[/** @type {keyof typeof ADVICE} */ (platform)] ?? ADVICE.linux
  throw new Error(`the browser tests need Chromium, Chrome or Edge; run: ${advice}`)
}

/**
 * Finds a Chromium, or installs Debian's where that needs no questions, and leaves its path in `CHROMIUM`.
 * @throws Error with the one command to run where neither works
 */
export async function provideChromium() {
  try {
    process.env['CHROMIUM'] = findChromium()
  } catch (error) {
    if (process.env['CHROMIUM'] || !canInstall()) throw error
    await installPackage('chromium')
    process.env['CHROMIUM'] = findChromium()
  }
}
