import type { Signal } from '@pigeon/transport'

// Present in every runtime, though not in the ECMAScript library types.
declare const TextEncoder: new () => { encode(text: string): Uint8Array }
declare const TextDecoder: new (
  label: string,
  options: { fatal: boolean },
) => { decode(bytes: Uint8Array): string }

/** Signals in one message: a description and candidates. */
const MAX_SIGNALS = 64

/** UTF-8 JSON: an array of signals, the description first. */
export function encodeSignals(signals: readonly Signal[]): Uint8Array {
  return new TextEncoder().encode(JSON.stringify(signals.slice(0, MAX_SIGNALS)))
}

/** Whatever was in the array: links check what they are given. Never throws. */
export function decodeSignals(bytes: Uint8Array): readonly unknown[] {
  try {
    const value: unknown = JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(bytes))
    return Array.isArray(value) ? value.slice(0, MAX_SIGNALS) : []
  } catch {
    return []
  }
}
