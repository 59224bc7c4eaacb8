import { assertPeerId, type PeerId } from '@pigeon/peer'
import type { PeerPigeonMeshEvents } from './events.ts'
import { MediaManager, type StreamingStatus } from './media-manager.ts'
import { PlainEvents } from './plain-events.ts'

/** What a mesh calls the methods of its {@link MediaManager}. */
export abstract class MediaCalls extends PlainEvents<PeerPigeonMeshEvents> {
  abstract readonly mediaManager: MediaManager

  /** Camera and microphone, sent to all linked peers. */
  startMedia(options: { video?: boolean; audio?: boolean } = {}): Promise<MediaStream> {
    return this.mediaManager.start(options)
  }

  async stopMedia(): Promise<void> {
    this.mediaManager.stop()
  }

  /** @returns whether it is on now */
  toggleVideo(): boolean {
    return this.mediaManager.toggle('video')
  }

  /** @returns whether it is on now */
  toggleAudio(): boolean {
    return this.mediaManager.toggle('audio')
  }

  enumerateMediaDevices(): ReturnType<typeof MediaManager.devices> {
    return MediaManager.devices()
  }

  getLocalStream(): MediaStream | null {
    return this.mediaManager.localStream
  }

  getRemoteStreams(): { peerId: PeerId; stream: MediaStream }[] {
    return this.mediaManager.remoteStreams
  }

  /** As {@link startMedia}, for some peers only. */
  startSelectiveStream(
    peerIds: string | readonly string[],
    options: { video?: boolean; audio?: boolean } = {},
  ): Promise<MediaStream> {
    return this.mediaManager.start(options, idsOf(peerIds))
  }

  /** @param returnToBroadcast whether all get it from now on; else nobody does */
  async stopSelectiveStream(returnToBroadcast = false): Promise<void> {
    if (returnToBroadcast) this.mediaManager.sendTo(undefined)
    else this.mediaManager.stop()
  }

  async enableStreamingForAllPeers(): Promise<void> {
    this.mediaManager.allowAll()
  }

  async blockStreamingToPeers(peerIds: string | readonly string[]): Promise<void> {
    this.mediaManager.block(idsOf(peerIds))
  }

  async allowStreamingToPeers(peerIds: string | readonly string[]): Promise<void> {
    this.mediaManager.allow(idsOf(peerIds))
  }

  getStreamingStatus(): StreamingStatus {
    return this.mediaManager.status
  }

  isStreamingToAll(): boolean {
    return this.mediaManager.status.toAll
  }

  getStreamingPeers(): readonly PeerId[] {
    return this.mediaManager.status.peers
  }

  getBlockedStreamingPeers(): readonly PeerId[] {
    return this.mediaManager.status.blocked
  }
}

function idsOf(peers: string | readonly string[]): PeerId[] {
  return [peers].flat().map((peer) => assertPeerId(peer as string))
}
