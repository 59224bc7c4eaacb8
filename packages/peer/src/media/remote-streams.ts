import type { PeerId } from '@pigeon/xor'
import type { Json } from '../content.ts'
import type { MediaConnection, TrackEvent } from './connection.ts'
import type { MediaFrame } from './media-frames.ts'

/** A stream that another peer sends. */
export interface RemoteStream {
  readonly peerId: PeerId
  readonly stream: MediaStream
  /** What its publisher says of it. */
  readonly meta: Json | undefined
  /** Whether its publisher says that all of a kind is silence or darkness. */
  readonly muted: { readonly audio: boolean; readonly video: boolean }
}

/** What a {@link RemoteStreams} tells of. */
export interface RemoteStreamsListener {
  started(stream: RemoteStream): void
  track(stream: RemoteStream, track: MediaStreamTrack): void
  muted(stream: RemoteStream): void
  ended(stream: RemoteStream): void
}

interface Entry {
  meta: Json | undefined
  muted: { audio: boolean; video: boolean }
  told: RemoteStream | undefined
}

/**
 * The streams of one peer. A stream counts once its publisher has told of it and a track of it has
 * come; either may be first.
 */
export class RemoteStreams {
  readonly #peerId: PeerId
  readonly #limit: number
  readonly #listener: RemoteStreamsListener
  readonly #published = new Map<string, Entry>()
  readonly #arrived = new Map<string, MediaStream>()

  constructor(
    peerId: PeerId,
    connection: MediaConnection,
    limit: number,
    listener: RemoteStreamsListener,
  ) {
    this.#peerId = peerId
    this.#limit = limit
    this.#listener = listener
    connection.addEventListener('track', (event) => this.#track(event as unknown as TrackEvent))
  }

  get all(): readonly RemoteStream[] {
    return [...this.#published.values()].flatMap(({ told }) => told ?? [])
  }

  receive(frame: MediaFrame): void {
    const entry = this.#published.get(frame.stream)
    if (frame.kind === 'published') {
      if (entry !== undefined || this.#published.size >= this.#limit) return
      const muted = { audio: false, video: false }
      this.#published.set(frame.stream, { meta: frame.meta, muted, told: undefined })
      this.#start(frame.stream)
    } else if (entry === undefined) {
      return
    } else if (frame.kind === 'muted') {
      const { audio, video } = frame
      entry.muted = { audio, video }
      if (entry.told === undefined) return
      entry.told = { ...entry.told, muted: entry.muted }
      this.#listener.muted(entry.told)
    } else {
      // What arrived may go on, if it is published again before the connection was told to end it.
      this.#published.delete(frame.stream)
      if (entry.told !== undefined) this.#listener.ended(entry.told)
    }
  }

  /** The link ended. */
  close(): void {
    const all = this.all
    this.#published.clear()
    this.#arrived.clear()
    for (const stream of all) this.#listener.ended(stream)
  }

  #track({ track, streams }: TrackEvent): void {
    for (const [id, { length }] of [...this.#arrived].map(
      ([id, one]) => [id, one.getTracks()] as const,
    )) {
      if (length === 0 && !this.#published.has(id)) this.#arrived.delete(id)
    }
    for (const stream of streams) {
      if (!this.#arrived.has(stream.id) && this.#arrived.size >= this.#limit) continue
      this.#arrived.set(stream.id, stream)
      this.#start(stream.id)
      const known = this.#published.get(stream.id)?.told
      if (known !== undefined) this.#listener.track(known, track)
    }
  }

  #start(id: string): void {
    const entry = this.#published.get(id)
    const stream = this.#arrived.get(id)
    // A stream that ended and comes again is another object.
    if (entry === undefined || stream === undefined || entry.told?.stream === stream) return
    if (stream.getTracks().length === 0) return
    const { meta, muted } = entry
    if (entry.told !== undefined) this.#listener.ended(entry.told)
    entry.told = { peerId: this.#peerId, stream, meta, muted }
    this.#listener.started(entry.told)
  }
}
