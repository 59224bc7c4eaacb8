import type { Outcome } from './failure.ts'
import { clip, TEXT_BYTES } from './frames.ts'

/**
 * Reads what came out of a sandbox, which may say anything.
 * @param number of the task it computes
 * @param payloadBytes its result may have
 * @returns `undefined` if it is not about that task
 */
export function readAnswer(
  message: unknown,
  number: number,
  payloadBytes: number,
): Outcome | undefined {
  if (typeof message !== 'object' || message === null) return undefined
  const { number: about, ok, payload, text } = message as Record<string, unknown>
  if (about !== number) return undefined
  if (ok !== true) {
    // Making text of anything else runs into what a hostile task put there.
    const said = typeof text === 'string' ? text : 'it did not say why'
    return { ok: false, reason: 'threw', text: clip(said, TEXT_BYTES) }
  }
  if (!(payload instanceof Uint8Array)) {
    return { ok: false, reason: 'threw', text: 'its result is none' }
  }
  if (payload.length > payloadBytes) {
    return { ok: false, reason: 'too-large', text: `${payload.length} bytes` }
  }
  return { ok: true, payload: new Uint8Array(payload) }
}
