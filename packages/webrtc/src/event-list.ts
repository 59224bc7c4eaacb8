import type { RtcEvent } from './engine.ts'

/** Listeners as W3C engines have them, for those that have callbacks. */
export class EventList {
  readonly #listeners = new Map<string, ((event: RtcEvent) => void)[]>()

  addEventListener(type: string, listener: (event: RtcEvent) => void): void {
    this.#listeners.set(type, [...(this.#listeners.get(type) ?? []), listener])
  }

  protected fire(type: string, event: RtcEvent = {}): void {
    for (const listener of this.#listeners.get(type) ?? []) listener(event)
  }
}
