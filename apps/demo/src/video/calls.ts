import type { PeerId, PigeonMesh } from '@pigeon/peer'
import { type Media, openMedia, type Publication } from '@pigeon/peer/media'
import { shortId } from '../session/short-id.ts'
import { announce } from '../ui/announce.ts'
import { signal } from '../ui/signal.ts'
import { testPicture } from './test-picture.ts'

/** A picture of this page or of another. */
export interface Tile {
  readonly id: string
  readonly stream: MediaStream
  /** Whose it is; undefined: one's own. */
  readonly peer: PeerId | undefined
}

export const tiles = signal<readonly Tile[]>([])
/** What this page sends. */
export const sending = signal<'nothing' | 'camera' | 'test picture'>('nothing')
export const mutedKinds = signal<ReadonlySet<'audio' | 'video'>>(new Set())
/** Whom it is for; undefined: everybody who is linked. */
export const audience = signal<ReadonlySet<PeerId> | undefined>(undefined)
export const problem = signal('')

let media: Media | undefined
let publication: Publication | undefined

/** Takes pictures of others, and can send some from then on. */
export function openCalls(mesh: PigeonMesh): void {
  media = openMedia(mesh)
  media.on('stream', ({ peerId, stream }) => {
    tiles.value = [...tiles.value, { id: stream.id, stream, peer: peerId }]
    announce(`${shortId(peerId)} sends a picture`)
  })
  media.on('ended', ({ stream }) => remove(stream))
}

/** Sends what the camera sees, or a moving picture where there is none. */
export async function start(what: 'camera' | 'test picture'): Promise<void> {
  stop()
  problem.value = ''
  try {
    const stream =
      what === 'camera'
        ? await navigator.mediaDevices.getUserMedia({ video: true, audio: true })
        : testPicture()
    const to = audience.value === undefined ? 'all' : [...audience.value]
    publication = media?.publish(stream, { to, meta: { kind: what } })
    tiles.value = [{ id: stream.id, stream, peer: undefined }, ...tiles.value]
    sending.value = what
  } catch (error) {
    problem.value = `No camera: ${(error as Error).message}. The test picture needs none.`
  }
}

/** Sends nothing more. */
export function stop(): void {
  if (publication === undefined) return
  publication.stop()
  for (const track of publication.stream.getTracks()) track.stop()
  remove(publication.stream)
  publication = undefined
  sending.value = 'nothing'
  mutedKinds.value = new Set()
}

/** Silence or darkness, and back. */
export function toggle(kind: 'audio' | 'video'): void {
  const next = new Set(mutedKinds.value)
  if (!next.delete(kind)) next.add(kind)
  publication?.mute(kind, next.has(kind))
  mutedKinds.value = next
}

/** Sends it to these only, or to everybody. */
export function sendTo(peers: ReadonlySet<PeerId> | undefined): void {
  audience.value = peers
  publication?.setPeers(peers === undefined ? 'all' : [...peers])
}

function remove(stream: MediaStream): void {
  tiles.value = tiles.value.filter(({ id }) => id !== stream.id)
}
