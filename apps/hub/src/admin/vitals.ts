import { monitorEventLoopDelay } from 'node:perf_hooks'

const MIB = 1024 * 1024

/** How often to look, and so what the numbers speak of, ms. */
const EVERY_MS = 2000

/** How often the event loop is asked for a turn, ms. */
const RESOLUTION_MS = 20

/** How this process fared in the last two seconds. */
export interface VitalSigns {
  /** % of a core. */
  readonly cpu: number
  /** Resident. */
  readonly memoryMiB: number
  /** By how much the latest turn of the event loop came late, ms. */
  readonly loopDelayMs: number
}

/** Looks after this process, the same for however many ask. Keeps nothing alive. */
export class Vitals {
  readonly #delay = monitorEventLoopDelay({ resolution: RESOLUTION_MS })
  readonly #timer: NodeJS.Timeout
  #cpu = process.cpuUsage()
  #at = performance.now()
  #signs: VitalSigns

  constructor() {
    this.#delay.enable()
    this.#signs = { cpu: 0, memoryMiB: memoryMiB(), loopDelayMs: 0 }
    this.#timer = setInterval(() => {
      this.#signs = this.#look()
    }, EVERY_MS)
    this.#timer.unref()
  }

  get signs(): VitalSigns {
    return this.#signs
  }

  stop(): void {
    clearInterval(this.#timer)
    this.#delay.disable()
  }

  #look(): VitalSigns {
    const { user, system } = process.cpuUsage(this.#cpu)
    const now = performance.now()
    const cpu = oneDigit((100 * (user + system)) / 1000 / Math.max(1, now - this.#at))
    this.#cpu = process.cpuUsage()
    this.#at = now
    // What is measured is the time between two turns, of which the resolution was waited for.
    const late = this.#delay.max / 1e6 - RESOLUTION_MS
    this.#delay.reset()
    return { cpu, memoryMiB: memoryMiB(), loopDelayMs: oneDigit(Math.max(0, late)) }
  }
}

function memoryMiB(): number {
  return oneDigit(process.memoryUsage().rss / MIB)
}

function oneDigit(value: number): number {
  return Math.round(value * 10) / 10
}
