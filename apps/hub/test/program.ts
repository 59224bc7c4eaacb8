import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { existsSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { afterEach, beforeAll, expect, vi } from 'vitest'

/** The built program. */
export const MAIN: string = fileURLToPath(new URL('../dist/main.js', import.meta.url))

const children: ChildProcess[] = []

beforeAll(() => {
  if (!existsSync(MAIN)) throw new Error('build first: npx turbo run build')
})

afterEach(() => {
  for (const child of children.splice(0)) child.kill('SIGKILL')
})

/** The program in a process of its own, which ends with the test. */
export class Program {
  readonly child: ChildProcess
  stdout = ''
  stderr = ''
  readonly #exit: Promise<number | null>

  /** @param descriptors how many files and sockets it may have open; as many as here if not given */
  constructor(args: string[], env: Record<string, string> = {}, descriptors?: number) {
    const { PATH = '' } = process.env
    const options = { env: { PATH, ...env } }
    this.child =
      descriptors === undefined
        ? spawn(process.execPath, [MAIN, ...args], options)
        : spawn(
            'sh',
            ['-c', `ulimit -n ${descriptors}; exec "$0" "$@"`, process.execPath, MAIN, ...args],
            options,
          )
    children.push(this.child)
    this.child.stdout?.on('data', (data: Buffer) => {
      this.stdout += data
    })
    this.child.stderr?.on('data', (data: Buffer) => {
      this.stderr += data
    })
    this.#exit = once(this.child, 'close').then(([code]) => code as number | null)
  }

  exit(): Promise<number | null> {
    return this.#exit
  }

  /** The port, once it is told. */
  async port(): Promise<number> {
    await vi.waitFor(() => expect(this.stdout).toContain('Ctrl+C'), { timeout: 10_000 })
    return Number(/ws:\/\/[^\s]*:(\d+)/.exec(this.stdout)?.[1])
  }
}
