import { Emitter, type Transport, type Unsubscribe, wholeNumber } from '@pigeon/transport'
import { assertPeerId, type PeerId } from '@pigeon/xor'
import type { Json } from '../content.ts'
import type { PigeonMesh } from '../pigeon-mesh.ts'
import { mediaConnection } from './connection.ts'
import { decodeMediaFrame } from './media-frames.ts'
import { type Audience, Publication } from './publication.ts'
import { type RemoteStream, RemoteStreams } from './remote-streams.ts'

/** Options of {@link openMedia}. */
export interface MediaOptions {
  /** Streams taken of one peer at once; more are ignored. Default 8. */
  maxStreamsPerPeer?: number
}

/** What happens on {@link Media}. */
export interface MediaEvents {
  /** A peer sends a stream. */
  stream: (event: RemoteStream) => void
  /** A track of a stream that is known came; the first as well. */
  track: (event: RemoteStream & { readonly track: MediaStreamTrack }) => void
  /** Its publisher muted or unmuted it. */
  muted: (event: RemoteStream) => void
  /** It is over: its publisher says so, or the link ended. */
  ended: (event: RemoteStream) => void
}

/** Streams to and from linked peers. Made by {@link openMedia}. */
export class Media {
  readonly #mesh: PigeonMesh
  readonly #transport: Transport
  readonly #maxStreams: number
  readonly #events = new Emitter<MediaEvents>()
  readonly #publications = new Set<Publication>()
  readonly #remote = new Map<PeerId, RemoteStreams>()

  constructor(mesh: PigeonMesh, { maxStreamsPerPeer = 8 }: MediaOptions) {
    this.#maxStreams = wholeNumber('maxStreamsPerPeer', maxStreamsPerPeer, 1, 64)
    this.#mesh = mesh
    this.#transport = mesh.open('pigeon/media/1')
    this.#transport.on('up', (peer) => this.#up(peer))
    this.#transport.on('down', (peer) => this.#down(peer))
    this.#transport.on('frame', (from, frame) => {
      const decoded = decodeMediaFrame(frame)
      if (decoded !== undefined) this.#remote.get(from)?.receive(decoded)
    })
    mesh.on('closed', () => {
      for (const publication of [...this.#publications]) publication.stop()
      for (const peer of [...this.#remote.keys()]) this.#down(peer)
    })
    for (const peer of this.#transport.neighbours) this.#up(peer)
  }

  on<E extends keyof MediaEvents>(event: E, listener: MediaEvents[E]): Unsubscribe {
    return this.#events.on(event, listener)
  }

  /** The streams that linked peers send. */
  get remote(): ReadonlyMap<PeerId, readonly RemoteStream[]> {
    return new Map([...this.#remote].map(([peer, streams]) => [peer, streams.all]))
  }

  /** What this peer sends. */
  get publications(): readonly Publication[] {
    return [...this.#publications]
  }

  /**
   * Sends a stream over direct links: at once to those that are up, later to others that come up.
   * @param options.to `all` (default) or ids; to ids without a link one is asked for
   * @param options.meta a JSON value for the receivers, at most 4,096 characters
   * @throws RangeError if an id is malformed or `meta` too long
   */
  publish(
    stream: MediaStream,
    options: { to?: 'all' | readonly string[]; meta?: Json } = {},
  ): Publication {
    const { to = 'all', meta } = options
    const audience: Audience = to === 'all' ? to : to.map(assertPeerId)
    const publication = new Publication(stream, audience, meta, {
      peers: () => this.#transport.neighbours,
      connectionOf: (peer) => mediaConnection(this.#mesh.connectionOf(peer)),
      tell: (peer, frame) => void this.#transport.send(peer, frame),
      stopped: (one) => this.#publications.delete(one),
    })
    this.#publications.add(publication)
    publication.update()
    if (audience !== 'all') this.#ask(audience)
    return publication
  }

  #ask(audience: readonly PeerId[]): void {
    for (const peer of audience) {
      if (!this.#transport.neighbours.has(peer)) this.#mesh.connectToPeer(peer)
    }
  }

  #up(peer: PeerId): void {
    const connection = mediaConnection(this.#mesh.connectionOf(peer))
    if (connection === undefined) return
    this.#remote.get(peer)?.close()
    const tell = (event: 'stream' | 'muted' | 'ended') => (stream: RemoteStream) =>
      this.#events.emit(event, stream)
    const streams = new RemoteStreams(peer, connection, this.#maxStreams, {
      started: tell('stream'),
      track: (stream, track) => this.#events.emit('track', { ...stream, track }),
      muted: tell('muted'),
      ended: tell('ended'),
    })
    this.#remote.set(peer, streams)
    for (const publication of this.#publications) publication.update()
  }

  #down(peer: PeerId): void {
    for (const publication of this.#publications) publication.lost(peer)
    this.#remote.get(peer)?.close()
    this.#remote.delete(peer)
  }
}

/**
 * Opens media on a mesh, once.
 * @throws RangeError if it is open already, or that names the option that is wrong
 * @example
 * const media = openMedia(mesh)
 * media.on('stream', ({ stream }) => { video.srcObject = stream })
 * media.publish(await navigator.mediaDevices.getUserMedia({ video: true, audio: true }))
 */
export function openMedia(mesh: PigeonMesh, options: MediaOptions = {}): Media {
  return new Media(mesh, options)
}
