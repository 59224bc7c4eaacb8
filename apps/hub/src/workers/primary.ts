import cluster, { type Worker } from 'node:cluster'
import { BusRelay } from './bus-relay.ts'
import type { WorkerMessage } from './messages.ts'

/** Which of the workers a process is, from 1: a new one takes the number of the one it follows. */
export const WORKER_NUMBER = 'PIGEON_WORKER'

/** The first wait before a worker that ended is followed by a new one, ms; twice as long each time, up to the last. */
const FIRST_WAIT_MS = 100
const LAST_WAIT_MS = 30_000

/** Who lived for so long starts over with the first wait, ms. */
const STEADY_MS = 60_000

/** 128 plus the number of SIGINT, as shells report it. */
const INTERRUPTED = 130

/**
 * Runs `count` workers behind one port, each a hub of its own, linked through this process. A worker
 * that ends is followed by another; one that cannot even start ends the program with its exit code.
 * @returns what to tell the person who started it, when all serve
 */
export function runPrimary(count: number): Promise<string> {
  return new Primary(count).ready
}

class Primary {
  readonly ready: Promise<string>
  readonly #relay = new BusRelay()
  readonly #workers = new Map<Worker, number>()
  readonly #unready: Set<number>
  #told: (notice: string) => void = () => {}
  #notice = ''
  #isStopping = false

  constructor(count: number) {
    this.ready = new Promise((resolve) => {
      this.#told = resolve
    })
    cluster.setupPrimary({ serialization: 'advanced' })
    const numbers = Array.from({ length: count }, (_, index) => index + 1)
    this.#unready = new Set(numbers)
    for (const number of numbers) this.#fork(number, FIRST_WAIT_MS)
    process.on('SIGINT', () => this.#stop('stop'))
    process.on('SIGTERM', () => this.#stop('drain'))
    process.on('SIGHUP', () => this.#tell({ type: 'reload' }))
  }

  #fork(number: number, waitMs: number): void {
    const worker = cluster.fork({ [WORKER_NUMBER]: String(number) })
    const startedAt = performance.now()
    this.#workers.set(worker, number)
    this.#relay.add(worker)
    worker.on('message', (message: WorkerMessage) => {
      if (message.type === 'ready') this.#isReady(number, message.notice)
      else this.#relay.take(worker, message)
    })
    worker.on('error', () => {})
    worker.on('exit', (code: number | null) => {
      this.#workers.delete(worker)
      this.#relay.remove(worker)
      if (this.#unready.has(number)) this.#give(code ?? 1)
      if (this.#isStopping) {
        if (this.#workers.size === 0) process.exit()
        return
      }
      const isSteady = performance.now() - startedAt > STEADY_MS
      const wait = isSteady ? FIRST_WAIT_MS : waitMs
      setTimeout(() => {
        if (!this.#isStopping) this.#fork(number, Math.min(2 * wait, LAST_WAIT_MS))
      }, wait)
    })
  }

  #isReady(number: number, notice: string): void {
    if (number === 1) this.#notice = notice
    if (this.#unready.delete(number) && this.#unready.size === 0) this.#told(this.#notice)
  }

  /** It cannot start: it has said why. */
  #give(code: number): void {
    process.exitCode = code
    if (!this.#isStopping) this.#stop('stop')
  }

  #stop(type: 'stop' | 'drain'): void {
    if (this.#isStopping) {
      for (const worker of this.#workers.keys()) worker.process.kill('SIGKILL')
      process.exit(INTERRUPTED)
    }
    this.#isStopping = true
    if (this.#workers.size === 0) process.exit()
    this.#tell({ type })
  }

  #tell(message: WorkerMessage): void {
    for (const worker of this.#workers.keys()) if (worker.isConnected()) worker.send(message)
  }
}
