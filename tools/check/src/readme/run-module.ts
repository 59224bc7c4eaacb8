import { spawn } from 'node:child_process'
import { mkdirSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { environment } from '../../../../scripts/lib/environment.mjs'

/** How long one block may run, ms. */
const BLOCK_TIME_MS = 20_000

/** Where blocks are written: inside the package, so that its own name resolves. Ignored by git. */
const DIRECTORY = '.readme'

/**
 * Runs code as a module from inside a package.
 * @param directory of the package
 * @param name of the file to write for the time of the run
 * @returns what is wrong, or undefined if it ended by itself with code 0
 */
export async function runModule(
  code: string,
  directory: string,
  name: string,
  limitMs: number = BLOCK_TIME_MS,
): Promise<string | undefined> {
  const place = join(directory, DIRECTORY)
  const path = join(place, `${name}.mjs`)
  mkdirSync(place, { recursive: true })
  writeFileSync(path, code)
  try {
    return await runFile(path, directory, limitMs)
  } finally {
    rmSync(path, { force: true })
  }
}

/** Removes what {@link runModule} left in a package. */
export function removeModules(directory: string): void {
  rmSync(join(directory, DIRECTORY), { recursive: true, force: true })
}

function runFile(path: string, cwd: string, limitMs: number): Promise<string | undefined> {
  return new Promise((resolve) => {
    const child = spawn(process.execPath, ['--enable-source-maps', path], {
      cwd,
      env: environment({ NODE_OPTIONS: '' }),
      stdio: ['ignore', 'pipe', 'pipe'],
    })
    let output = ''
    const collect = (text: string): void => {
      output += text
    }
    child.stdout.setEncoding('utf8').on('data', collect)
    child.stderr.setEncoding('utf8').on('data', collect)
    let late = false
    const timer = setTimeout(() => {
      late = true
      child.kill('SIGKILL')
    }, limitMs)
    child.on('close', (code) => {
      clearTimeout(timer)
      if (late) resolve(`did not end by itself within ${limitMs / 1000} s\n${output}`.trim())
      else resolve(code === 0 ? undefined : `ended with ${code}\n${output}`.trim())
    })
  })
}
