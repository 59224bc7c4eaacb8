import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import type { Answer, Commands, Request } from './serve.ts'

/** How much of what a child complains about is kept, characters. */
const STDERR_KEPT = 2000

const running = new Set<ChildProcess>()

/** A process of ours that takes the commands `C`. */
export class Child<C extends Commands> {
  readonly #process: ChildProcess
  readonly #waiting = new Map<number, (answer: Answer) => void>()
  #complaints = ''
  #count = 0

  /**
   * @param program a path
   * @param within a command that runs it, such as `ip netns exec somewhere`
   */
  constructor(program: string, args: readonly string[] = [], within: readonly string[] = []) {
    // What other systems print is no part of the table.
    const stdio = ['ignore', 'ignore', 'pipe', 'ipc'] as const
    const [command = process.execPath, ...rest] = [...within, process.execPath, program, ...args]
    const child = spawn(command, rest, { stdio: [...stdio] })
    this.#process = child
    running.add(child)
    child.stderr?.setEncoding('utf8').on('data', (text: string) => {
      this.#complaints = (this.#complaints + text).slice(-STDERR_KEPT)
    })
    child.on('message', (answer: Answer) => {
      this.#waiting.get(answer.number)?.(answer)
      this.#waiting.delete(answer.number)
    })
    child.on('exit', () => {
      running.delete(child)
      const error = `process ${child.pid} ended: ${this.#complaints}`
      for (const [number, settle] of this.#waiting) settle({ number, error })
      this.#waiting.clear()
    })
  }

  get running(): boolean {
    return this.#process.exitCode === null && this.#process.signalCode === null
  }

  /** The end of what it wrote to stderr. */
  get complaints(): string {
    return this.#complaints
  }

  /** @throws Error if the command does, or the process ends before it answers */
  call<N extends keyof C & string>(
    command: N,
    ...args: Parameters<C[N]>
  ): Promise<Awaited<ReturnType<C[N]>>> {
    return new Promise((resolve, reject) => {
      if (!this.#process.connected) {
        reject(new Error(`process ${this.#process.pid} is gone: ${this.#complaints}`))
        return
      }
      const number = ++this.#count
      this.#waiting.set(number, ({ value, error }) => {
        if (error === undefined) resolve(value as Awaited<ReturnType<C[N]>>)
        else reject(new Error(error))
      })
      this.#process.send({ number, command, args } satisfies Request)
    })
  }

  /** Has the operating system tell it something, such as to stand still. */
  signal(name: 'SIGSTOP' | 'SIGCONT' | 'SIGTERM'): void {
    this.#process.kill(name)
  }

  /** Ends it; resolves when it is gone. */
  async end(): Promise<void> {
    if (!this.running) return
    const gone = once(this.#process, 'exit')
    this.#process.kill('SIGKILL')
    await gone
  }
}

/** How often to look whether whoever started us is gone, ms. */
const PARENT_EVERY_MS = 500

/** From now on no child outlives this process, however that ends. */
export function endChildrenWithUs(): void {
  const endAll = () => {
    for (const child of running) child.kill('SIGKILL')
  }
  process.on('exit', endAll)
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) {
    process.on(signal, () => process.exit(130))
  }
  // npm starts us through a shell, which does not pass on the signal that ends npm.
  const parent = process.ppid
  setInterval(() => {
    if (process.ppid !== parent) process.exit(130)
  }, PARENT_EVERY_MS).unref()
}
