import type { TransportEvents, Unsubscribe } from '@pigeon/transport'
import type { PeerId } from '@pigeon/xor'

interface Entry {
  readonly listener: TransportEvents['frame']
  removed: boolean
}

/** As `Emitter` for the one event there are millions of: nothing is copied to emit it. */
export class FrameListeners {
  /** Replaced, never changed, so that a listener may add and remove while they run. */
  #entries: readonly Entry[] = []

  /** The listener, if there is exactly one. */
  get only(): TransportEvents['frame'] | undefined {
    return this.#entries.length === 1 ? this.#entries[0]?.listener : undefined
  }

  add(listener: TransportEvents['frame']): Unsubscribe {
    const entry: Entry = { listener, removed: false }
    this.#entries = [...this.#entries, entry]
    return () => {
      entry.removed = true
      this.#entries = this.#entries.filter((other) => other !== entry)
    }
  }

  emit(from: PeerId, frame: Uint8Array): void {
    const entries = this.#entries
    for (let index = 0; index < entries.length; index++) {
      const entry = entries[index] as Entry
      if (entry.removed) continue
      try {
        entry.listener(from, frame)
      } catch (error) {
        void Promise.reject(error)
      }
    }
  }
}
