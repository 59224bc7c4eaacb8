import { type ChildProcess, fork } from 'node:child_process'
import { once } from 'node:events'
import { fileURLToPath } from 'node:url'
import { peerPigeonFolder } from './peerpigeon.ts'

const PROGRAM = fileURLToPath(new URL('./peerpigeon-process.mjs', import.meta.url))

interface Answer {
  readonly number: number
  readonly value?: unknown
  readonly error?: string
}

/** One process with a peer or a server of PeerPigeon. */
export class PeerPigeonProcess {
  readonly #process: ChildProcess
  readonly #waiting = new Map<number, (answer: Answer) => void>()
  readonly #ready: Promise<unknown>
  #count = 0

  constructor(role: 'peer' | 'server') {
    this.#process = fork(PROGRAM, [peerPigeonFolder(), role], { execArgv: [], silent: true })
    this.#process.stdout?.resume()
    this.#process.stderr?.resume()
    this.#ready = once(this.#process, 'message')
    this.#process.on('message', (answer: Answer) => {
      this.#waiting.get(answer.number)?.(answer)
      this.#waiting.delete(answer.number)
    })
    this.#process.on('exit', (code) => {
      const error = `a process of PeerPigeon ended with ${code}`
      for (const [number, settle] of this.#waiting) settle({ number, error })
    })
  }

  async call<T>(command: string, ...args: unknown[]): Promise<T> {
    await this.#ready
    const number = ++this.#count
    this.#process.send({ number, command, args })
    const { value, error } = await new Promise<Answer>((resolve) => {
      this.#waiting.set(number, resolve)
    })
    if (error !== undefined) throw new Error(error)
    return value as T
  }

  end(): void {
    this.#process.kill('SIGKILL')
  }
}
