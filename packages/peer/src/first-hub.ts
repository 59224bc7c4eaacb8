import type { SignalingClient } from '@pigeon/signaling-protocol'
import type { Unsubscribe } from '@pigeon/transport'
import { MeshError } from './errors.ts'
import { waitFor } from './wait.ts'

/** How long to wait, and what ends the wait. */
interface FirstHubOptions {
  readonly timeoutMs: number
  readonly signal: AbortSignal | undefined
  /** Hands over what to call if the mesh is closed meanwhile. */
  readonly onClosed: (fail: (error: MeshError) => void) => Unsubscribe
}

/**
 * Waits until a hub let this peer in.
 * @throws MeshError `HUB_REFUSED`, `HUB_UNREACHABLE` with what went wrong last, `ABORTED`, or what
 * `onClosed` says
 */
export function firstHub(
  signaling: SignalingClient,
  { timeoutMs, signal, onClosed }: FirstHubOptions,
): Promise<void> {
  const hub = signaling.url
  let last = 'no answer'
  return waitFor(
    { timeoutMs, signal },
    ({ done, fail }) => [
      signaling.on('connected', done),
      signaling.on('disconnected', ({ reason, code }) => {
        last = reason || `connection closed with code ${code}`
      }),
      signaling.on('refused', ({ code, message }) =>
        fail(new MeshError('HUB_REFUSED', `${hub} refused: ${code}, ${message}`)),
      ),
      onClosed(fail),
    ],
    () => new MeshError('HUB_UNREACHABLE', `no hub reached, last ${hub}: ${last}`),
  )
}
