import { existsSync } from 'node:fs'
import { canInstall, installPackage } from './debian.mjs'

/** Command names under which Linux distributions install it. */
const COMMANDS = ['firefox-esr', 'firefox']

/** The ONE command that repairs a missing browser, by system. */
const ADVICE = {
  darwin: 'brew install --cask firefox',
  win32: 'winget install Mozilla.Firefox',
  linux: 'sudo apt-get install -y firefox-esr',
}

/**
 * @param {Readonly<Record<string, string | undefined>>} env
 * @param {NodeJS.Platform} platform
 * @returns {string[]}
 */
function candidates(env, platform) {
  if (platform === 'darwin') return ['/Applications/Firefox.app/Contents/MacOS/firefox']
  if (platform === 'win32') {
    return ['PROGRAMFILES', 'PROGRAMFILES(X86)', 'LOCALAPPDATA']
      .map((name) => env[name])
      .filter((path) => path !== undefined)
      .map((path) => `${path}\\Mozilla Firefox\\firefox.exe`)
  }
  const directories = (env['PATH'] ?? '').split(':').filter(Boolean)
  return COMMANDS.flatMap((name) => directories.map((directory) => `${directory}/${name}`))
}

/**
 * A Firefox of this machine; `FIREFOX` in the environment decides where it is set.
 * @param {Readonly<Record<string, string | undefined>>} [env]
 * @param {NodeJS.Platform} [platform]
 * @param {(path: string) => boolean} [exists]
 * @returns {string}
 * @throws Error if `FIREFOX` names no file; with the one command to run where there is none
 */
export function findFirefox(env = process.env, platform = process.platform, exists = existsSync) {
  const chosen = env['FIREFOX']
  if (chosen) {
    if (exists(chosen)) return chosen
    throw new Error(`FIREFOX names ${chosen}, which does not exist`)
  }
  const found = candidates(env, platform).find((path) => exists(path))
  if (found !== undefined) return found
  const advice = ADVICE[/** @type {keyof typeof ADVICE} */ (platform)] ?? ADVICE.linux
  throw new Error(`the browser tests need Firefox; run: ${advice}`)
}

/**
 * Finds a Firefox, or installs Debian's where that needs no questions, and leaves its path in `FIREFOX`.
 * @throws Error with the one command to run where neither works
 */
export async function provideFirefox() {
  try {
    process.env['FIREFOX'] = findFirefox()
  } catch (error) {
    if (process.env['FIREFOX'] || !canInstall()) throw error
    await installPackage('firefox-esr')
    process.env['FIREFOX'] = findFirefox()
  }
}
