const LOOK_MS = 100

/** @returns whether it was done in time */
export async function until(ms: number, done: () => Promise<boolean>): Promise<boolean> {
  const end = performance.now() + ms
  while (performance.now() < end) {
    if (await done()) return true
    await sleep(LOOK_MS)
  }
  return false
}

export function sleep(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms))
}
