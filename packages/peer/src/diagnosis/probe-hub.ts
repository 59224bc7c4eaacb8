import type { MessageSocket } from '@pigeon/signaling-protocol'
import type { Clock } from '@pigeon/transport'

/** How a hub answered. */
export interface HubReport {
  readonly url: string
  /** How long the connection took, ms; `undefined` if there was none. */
  readonly ms: number | undefined
  /** Why there was none. */
  readonly error: string | undefined
}

/** Connects to a hub and leaves at once, without a word. */
export function probeHub(
  url: string,
  dial: (url: string) => MessageSocket,
  { clock, timeoutMs }: { clock: Clock; timeoutMs: number },
): Promise<HubReport> {
  const startedAt = clock.now()
  const socket = dial(url)
  return new Promise((resolve) => {
    const end = (ms: number | undefined, error: string | undefined) => {
      cancel()
      socket.close()
      resolve({ url, ms, error })
    }
    const cancel = clock.after(timeoutMs, () => end(undefined, `no answer in ${timeoutMs} ms`))
    socket.on('open', () => end(clock.now() - startedAt, undefined))
    socket.on('close', (code, reason) => end(undefined, reason || `closed with code ${code}`))
  })
}
