import type { PeerId } from '@pigeon/xor'
import type { Json } from '../content.ts'
import type { MediaConnection } from './connection.ts'
import { encodeMediaFrame, type MediaFrame } from './media-frames.ts'
import { Senders } from './senders.ts'

/** Whom a stream is for. */
export type Audience = 'all' | readonly PeerId[]

/** What a {@link Publication} goes by. */
export interface PublicationWorld {
  /** Linked peers that take media. */
  readonly peers: () => Iterable<PeerId>
  readonly connectionOf: (peer: PeerId) => MediaConnection | undefined
  readonly tell: (peer: PeerId, frame: Uint8Array) => void
  readonly stopped: (publication: Publication) => void
}

/** A stream that is sent to some peers, or to all that are and will be linked. */
export class Publication {
  readonly stream: MediaStream
  readonly meta: Json | undefined
  readonly #world: PublicationWorld
  readonly #senders = new Map<PeerId, Senders>()
  #audience: Audience
  #stopped = false

  /** @throws RangeError if `meta` is too long */
  constructor(
    stream: MediaStream,
    audience: Audience,
    meta: Json | undefined,
    world: PublicationWorld,
  ) {
    encodeMediaFrame({ kind: 'published', stream: stream.id, meta })
    this.stream = stream
    this.meta = meta
    this.#audience = audience
    this.#world = world
  }

  /** Peers it is sent to now. */
  get peers(): readonly PeerId[] {
    return [...this.#senders.keys()]
  }

  /** Sends it to these from now on, and to no others. */
  setPeers(audience: Audience): void {
    this.#audience = audience
    this.update()
  }

  addTrack(track: MediaStreamTrack): void {
    this.stream.addTrack(track)
    for (const senders of this.#senders.values()) senders.add(track)
  }

  removeTrack(track: MediaStreamTrack): void {
    this.stream.removeTrack(track)
    for (const senders of this.#senders.values()) senders.remove(track)
  }

  /** Sends `next` in place of `old`, of the same kind, without a gap: another camera, the screen. */
  async replaceTrack(old: MediaStreamTrack, next: MediaStreamTrack): Promise<void> {
    this.stream.removeTrack(old)
    this.stream.addTrack(next)
    await Promise.all([...this.#senders.values()].map((senders) => senders.replace(old, next)))
  }

  /** Silence and darkness in place of what the tracks of a kind have; the others are told. */
  mute(kind: 'audio' | 'video', muted: boolean): void {
    for (const track of this.stream.getTracks()) if (track.kind === kind) track.enabled = !muted
    this.#tellAll(this.#muted())
  }

  /** Sends it no more. Its tracks go on, and may be published again. */
  stop(): void {
    if (this.#stopped) return
    this.#stopped = true
    for (const peer of this.peers) this.#leave(peer)
    this.#world.stopped(this)
  }

  [Symbol.dispose](): void {
    this.stop()
  }

  /** Who is linked, or whom it is for, changed. */
  update(): void {
    if (this.#stopped) return
    const wanted = new Set(this.#wanted())
    for (const peer of this.peers) if (!wanted.has(peer)) this.#leave(peer)
    for (const peer of wanted) this.#reach(peer)
  }

  /** There is no link to a peer any more. */
  lost(peer: PeerId): void {
    this.#senders.delete(peer)
  }

  *#wanted(): Iterable<PeerId> {
    for (const peer of this.#world.peers()) {
      if (this.#audience === 'all' || this.#audience.includes(peer)) yield peer
    }
  }

  #reach(peer: PeerId): void {
    const connection = this.#world.connectionOf(peer)
    if (connection === undefined || this.#senders.get(peer)?.isOn(connection)) return
    const { stream, meta } = this
    // First, so that the tracks are known when they come.
    this.#world.tell(peer, encodeMediaFrame({ kind: 'published', stream: stream.id, meta }))
    const muted = this.#muted()
    if (muted.audio || muted.video) this.#world.tell(peer, encodeMediaFrame(muted))
    this.#senders.set(peer, new Senders(connection, stream))
  }

  #leave(peer: PeerId): void {
    this.#senders.get(peer)?.stop()
    this.#senders.delete(peer)
    this.#world.tell(peer, encodeMediaFrame({ kind: 'ended', stream: this.stream.id }))
  }

  #muted(): MediaFrame & { kind: 'muted' } {
    const isMuted = (kind: string) => {
      const tracks = this.stream.getTracks().filter((track) => track.kind === kind)
      return tracks.length > 0 && tracks.every(({ enabled }) => !enabled)
    }
    const stream = this.stream.id
    return { kind: 'muted', stream, audio: isMuted('audio'), video: isMuted('video') }
  }

  #tellAll(frame: MediaFrame): void {
    for (const peer of this.peers) this.#world.tell(peer, encodeMediaFrame(frame))
  }
}
