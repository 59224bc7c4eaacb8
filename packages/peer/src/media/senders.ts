import { type MediaConnection, type Sender, sendTrack, stopTrack } from './connection.ts'

/** The tracks of one stream on their way to one peer. */
export class Senders {
  readonly #connection: MediaConnection
  readonly #stream: MediaStream
  readonly #byTrack = new Map<MediaStreamTrack, Sender>()

  constructor(connection: MediaConnection, stream: MediaStream) {
    this.#connection = connection
    this.#stream = stream
    for (const track of stream.getTracks()) this.add(track)
  }

  /** Whether these go over `connection`. */
  isOn(connection: MediaConnection): boolean {
    return this.#connection === connection
  }

  /** The engine negotiates by itself. */
  add(track: MediaStreamTrack): void {
    if (this.#byTrack.has(track)) return
    this.#byTrack.set(track, sendTrack(this.#connection, track, this.#stream))
  }

  remove(track: MediaStreamTrack): void {
    const sender = this.#byTrack.get(track)
    this.#byTrack.delete(track)
    if (sender === undefined) return
    try {
      stopTrack(this.#connection, sender)
    } catch {
      // The connection is closed: nothing is sent any more.
    }
  }

  /** Without a new negotiation. */
  async replace(old: MediaStreamTrack, next: MediaStreamTrack): Promise<void> {
    const sender = this.#byTrack.get(old)
    if (sender === undefined) return
    await sender.replaceTrack(next)
    this.#byTrack.delete(old)
    this.#byTrack.set(next, sender)
  }

  stop(): void {
    for (const track of [...this.#byTrack.keys()]) this.remove(track)
  }
}
