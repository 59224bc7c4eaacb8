import { existsSync } from 'node:fs'
import { delimiter, join } from 'node:path'

const COMMANDS = [
  'chromium',
  'chromium-browser',
  'google-chrome-stable',
  'google-chrome',
  'microsoft-edge-stable',
  'microsoft-edge',
]

const MAC = [
  ['Chromium', 'Chromium'],
  ['Google Chrome', 'Google Chrome'],
  ['Microsoft Edge', 'Microsoft Edge'],
].map(([app, name]) => `/Applications/${app}.app/Contents/MacOS/${name}`)

const WINDOWS = [
  'Google\\Chrome\\Application\\chrome.exe',
  'Microsoft\\Edge\\Application\\msedge.exe',
  'Chromium\\Application\\chrome.exe',
]

const INSTALL: Partial<Record<NodeJS.Platform, string>> = {
  linux: 'sudo apt-get install -y chromium',
  darwin: 'brew install --cask chromium',
  win32: 'winget install Google.Chrome',
}

/**
 * The path of a Chromium, Chrome or Edge: `env.CHROMIUM`, else the first of the usual places.
 * @throws Error that says how to install one
 */
export function findChromium(
  env: Readonly<Record<string, string | undefined>> = process.env,
  platform: NodeJS.Platform = process.platform,
  exists: (path: string) => boolean = existsSync,
): string {
  const given = env['CHROMIUM']
  if (given !== undefined && given !== '') {
    if (exists(given)) return given
    throw new Error(`CHROMIUM names ${given}, where there is nothing`)
  }
  const found = places(env, platform).find((path) => exists(path))
  if (found !== undefined) return found
  const install = INSTALL[platform] ?? INSTALL.linux
  throw new Error(`no Chromium, Chrome or Edge found; \`${install}\`, or set CHROMIUM to its path`)
}

function places(
  env: Readonly<Record<string, string | undefined>>,
  platform: NodeJS.Platform,
): string[] {
  if (platform === 'win32') {
    const roots = [env['PROGRAMFILES'], env['PROGRAMFILES(X86)'], env['LOCALAPPDATA']]
    return roots.flatMap((root) => (root ? WINDOWS.map((path) => `${root}\\${path}`) : []))
  }
  const path = (env['PATH'] ?? '').split(delimiter).filter((folder) => folder !== '')
  const onPath = COMMANDS.flatMap((command) => path.map((folder) => join(folder, command)))
  return platform === 'darwin' ? [...MAC, ...onPath] : onPath
}
