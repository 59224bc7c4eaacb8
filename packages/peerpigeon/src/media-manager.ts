import type { PeerId, PigeonMesh } from '@pigeon/peer'
import { listDevices, type Media, openMedia, type Publication } from '@pigeon/peer/media'
import { DebugLogger } from './debug-logger.ts'
import type { PeerPigeonMeshEvents } from './events.ts'
import type { PlainEvents } from './plain-events.ts'

const log = DebugLogger.create('MediaManager')

/** Whom the local stream is for. */
export interface StreamingStatus {
  readonly streaming: boolean
  /** Whether all linked peers get it. */
  readonly toAll: boolean
  readonly peers: readonly PeerId[]
  readonly blocked: readonly PeerId[]
}

/** The camera and microphone of this peer, and the streams of others. */
export class MediaManager {
  readonly #events: PlainEvents<PeerPigeonMeshEvents>
  readonly #blocked = new Set<PeerId>()
  #mesh: PigeonMesh | undefined
  #media: Media | undefined
  #local: { readonly stream: MediaStream; readonly publication: Publication } | undefined
  #chosen: readonly PeerId[] | undefined

  constructor(events: PlainEvents<PeerPigeonMeshEvents>) {
    this.#events = events
  }

  /** Takes part in a mesh: streams of others come from now on. */
  attach(mesh: PigeonMesh): void {
    this.#mesh = mesh
    this.#media = openMedia(mesh)
    this.#media.on('stream', ({ peerId, stream }) => {
      log.info(`a stream of ${peerId}`)
      this.#events.emit('remoteStream', { peerId, stream })
    })
    mesh.on('peerConnected', () => this.#choose())
  }

  detach(): void {
    this.#end()
    this.#mesh = undefined
    this.#media = undefined
    this.#chosen = undefined
  }

  /** Asks for camera and microphone, and sends them to `peers`, or to all. */
  async start(
    { video = true, audio = true }: { video?: boolean; audio?: boolean },
    peers?: readonly PeerId[],
  ): Promise<MediaStream> {
    const media = this.#media
    if (media === undefined) throw new Error('connect() comes before startMedia()')
    const devices = (globalThis.navigator as Navigator | undefined)?.mediaDevices
    if (devices === undefined) {
      throw new Error('no camera and microphone here: pages have them, over https or on localhost')
    }
    const stream = await devices.getUserMedia({ video, audio })
    this.#end()
    this.#chosen = peers
    this.#local = { stream, publication: media.publish(stream, { to: [] }) }
    this.#choose()
    this.#events.emit('localStreamStarted', { stream })
    return stream
  }

  stop(): void {
    if (this.#end()) this.#events.emit('localStreamStopped', undefined)
  }

  /** @returns whether the tracks are on now */
  toggle(kind: 'video' | 'audio'): boolean {
    if (this.#local === undefined) return false
    const { stream, publication } = this.#local
    const tracks = kind === 'video' ? stream.getVideoTracks() : stream.getAudioTracks()
    const on = !tracks.some(({ enabled }) => enabled)
    for (const track of tracks) track.enabled = on
    publication.mute(kind, !on)
    return on && tracks.length > 0
  }

  /** Sends to these from now on; `undefined`: to all. */
  sendTo(peers: readonly PeerId[] | undefined): void {
    this.#chosen = peers
    this.#choose()
  }

  block(peers: readonly PeerId[]): void {
    for (const peer of peers) this.#blocked.add(peer)
    this.#choose()
  }

  allow(peers: readonly PeerId[]): void {
    for (const peer of peers) this.#blocked.delete(peer)
    this.#choose()
  }

  allowAll(): void {
    this.#blocked.clear()
    this.sendTo(undefined)
  }

  get localStream(): MediaStream | null {
    return this.#local?.stream ?? null
  }

  get remoteStreams(): { peerId: PeerId; stream: MediaStream }[] {
    const all = [...(this.#media?.remote ?? [])]
    return all.flatMap(([peerId, streams]) => streams.map(({ stream }) => ({ peerId, stream })))
  }

  get status(): StreamingStatus {
    return {
      streaming: this.#local !== undefined,
      toAll: this.#local !== undefined && this.#chosen === undefined && this.#blocked.size === 0,
      peers: this.#local?.publication.peers ?? [],
      blocked: [...this.#blocked],
    }
  }

  static async devices(): Promise<{
    cameras: readonly MediaDeviceInfo[]
    microphones: readonly MediaDeviceInfo[]
  }> {
    const { cameras, microphones } = await listDevices()
    return { cameras, microphones }
  }

  /** All linked peers are named one by one where some are blocked. */
  #choose(): void {
    if (this.#local === undefined) return
    const { publication } = this.#local
    if (this.#chosen === undefined && this.#blocked.size === 0) {
      publication.setPeers('all')
      return
    }
    const wanted = this.#chosen ?? [...(this.#mesh?.peers ?? [])]
    publication.setPeers(wanted.filter((peer) => !this.#blocked.has(peer)))
  }

  #end(): boolean {
    if (this.#local === undefined) return false
    const { stream, publication } = this.#local
    this.#local = undefined
    publication.stop()
    for (const track of stream.getTracks()) track.stop()
    return true
  }
}
