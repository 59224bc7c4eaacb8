/** 128 plus the number of SIGINT, as shells report it. */
const INTERRUPTED = 130

/**
 * Runs `stop` when the user or the system wants this program to end, and ends it then; at once, if
 * they say so twice.
 * @param code of the exit
 */
export function onStop(stop: () => Promise<void> | void, code: number = INTERRUPTED): void {
  let isStopping = false
  const stopped = async () => {
    if (isStopping) process.exit(code)
    isStopping = true
    try {
      await stop()
    } finally {
      process.exit(code)
    }
  }
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.on(signal, () => void stopped())
}
