import { type ChildProcessWithoutNullStreams, spawn } from 'node:child_process'
import { once } from 'node:events'
import { fileURLToPath } from 'node:url'
import { afterEach, vi } from 'vitest'

const MAIN = fileURLToPath(new URL('../dist/main.js', import.meta.url))

const running = new Set<Program>()
afterEach(async () => {
  for (const program of running) await program.kill()
  running.clear()
})

/** A `pigeon-volunteer` in a process of its own; it ends with the test. */
export class Program {
  readonly child: ChildProcessWithoutNullStreams
  stdout = ''
  stderr = ''
  readonly #exit: Promise<number | null>

  constructor(args: readonly string[], env: Readonly<Record<string, string>> = {}) {
    this.child = spawn(process.execPath, [MAIN, ...args], { env: { ...process.env, ...env } })
    this.child.stdout.setEncoding('utf8').on('data', (text: string) => {
      this.stdout += text
    })
    this.child.stderr.setEncoding('utf8').on('data', (text: string) => {
      this.stderr += text
    })
    // Who ends early does not read all that it is given.
    this.child.stdin.on('error', () => {})
    this.#exit = once(this.child, 'close').then(([code]) => code as number | null)
    running.add(this)
  }

  /** What it printed, once it has. */
  async said(pattern: RegExp): Promise<RegExpExecArray> {
    return await vi.waitFor(
      () => {
        const found = pattern.exec(this.stdout) ?? pattern.exec(this.stderr)
        if (found === null) throw new Error(`not ${pattern}: ${this.stdout} ${this.stderr}`)
        return found
      },
      { timeout: 60_000, interval: 50 },
    )
  }

  exit(): Promise<number | null> {
    return this.#exit
  }

  async kill(): Promise<void> {
    this.child.kill('SIGKILL')
    await this.#exit
  }
}
