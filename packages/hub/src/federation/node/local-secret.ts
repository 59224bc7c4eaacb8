import { randomBytes } from 'node:crypto'
import { chmodSync, linkSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { homedir } from 'node:os'
import { dirname, join } from 'node:path'

/** The file of {@link localHubSecret}, in the user's directory for state (XDG Base Directory 0.8). */
export function localSecretFile(env: NodeJS.ProcessEnv = process.env): string {
  const windows = process.platform === 'win32' ? env['LOCALAPPDATA'] : undefined
  const base = windows ?? env['XDG_STATE_HOME'] ?? join(homedir(), '.local', 'state')
  return join(base, 'pigeon', 'hub-secret')
}

/**
 * A secret that all hubs of one user on one machine share: made at the first call, for the user's eyes
 * alone (mode 0600), and read by all others.
 * @returns `undefined` where nothing can be written
 */
export function localHubSecret(file: string = localSecretFile()): string | undefined {
  try {
    return readFileSync(file, 'utf8').trim()
  } catch {
    return make(file)
  }
}

function make(file: string): string | undefined {
  const temporary = `${file}.${randomBytes(8).toString('hex')}`
  try {
    mkdirSync(dirname(file), { recursive: true, mode: 0o700 })
    writeFileSync(temporary, `${randomBytes(32).toString('hex')}\n`, { mode: 0o600, flag: 'wx' })
    chmodSync(temporary, 0o600)
    try {
      // Whole or not at all, and only the first of several processes succeeds.
      linkSync(temporary, file)
    } finally {
      rmSync(temporary, { force: true })
    }
  } catch {
    // Another process was first, or nothing can be written here.
  }
  try {
    return readFileSync(file, 'utf8').trim()
  } catch {
    return undefined
  }
}
