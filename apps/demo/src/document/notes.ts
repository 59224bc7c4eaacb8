import type { PeerId, PigeonMesh } from '@pigeon/peer'
import { type Channel, openChannel } from '@pigeon/peer/channels'
import * as Y from 'yjs'
import { explain } from '../session/session.ts'
import { signal } from '../ui/signal.ts'
import { editBetween } from './edit.ts'
import { SharedDocument } from './shared-document.mjs'

/** Longest text that may be typed here. */
export const MAX_TEXT = 20_000

/** A caret of somebody is shown for so long after it moved last, ms. */
const CARET_MS = 30_000

/** Own carets are told this often at most, ms. */
const TELL_MS = 120

/** Carets of others shown at most. */
const MAX_CARETS = 50

/** Where somebody else is in the text. */
export interface Caret {
  readonly peer: PeerId
  readonly index: number
}

interface Told {
  readonly position: Y.RelativePosition
  readonly at: number
}

export const text = signal('')
export const carets = signal<readonly Caret[]>([])
export const state = signal<'opening' | 'waiting' | 'open' | 'failed'>('opening')
export const isOnline = signal(true)
export const members = signal(0)
/** Edits made while nothing was sent. */
export const waiting = signal(0)
export const problem = signal('')

const told = new Map<PeerId, Told>()
let shared: SharedDocument | undefined
let channel: Channel<Uint8Array | null> | undefined
let body: Y.Text | undefined
let lastTold = 0

/** Opens the document of the network, once. */
export async function openNotes(mesh: PigeonMesh): Promise<void> {
  if (shared !== undefined) return
  shared = new SharedDocument(mesh)
  shared.onChange(refresh)
  channel = openChannel<Uint8Array | null>(mesh, 'demo/carets')
  channel.on('value', ({ from, value }) => heardCaret(from, value))
  mesh.on('peerDisconnected', ({ peerId }) => {
    told.delete(peerId)
    placeCarets()
  })
  try {
    await shared.open()
    refresh()
    if (!shared.isOpen) throw new Error('nobody who has the document let this peer in')
  } catch (error) {
    state.value = 'failed'
    problem.value = explain(error)
  }
}

/** What a person typed. @returns what the text is now */
export function type(after: string, caret: number): string {
  const edit = editBetween(text.value, after, caret)
  if (edit === undefined || body === undefined) return text.value
  body.doc?.transact(() => {
    if (edit.removed > 0) body?.delete(edit.at, edit.removed)
    if (edit.inserted !== '') body?.insert(edit.at, edit.inserted)
  })
  if (!isOnline.value) waiting.value++
  refresh()
  return text.value
}

/** A place in the text that stays where it is while others write. */
export const anchor = (index: number): Y.RelativePosition | undefined =>
  body && Y.createRelativePositionFromTypeIndex(body, index)

/** Where such a place is now. */
export function indexOf(position: Y.RelativePosition | undefined): number | undefined {
  const doc = body?.doc
  if (doc == null || position === undefined) return undefined
  return Y.createAbsolutePositionFromRelativePosition(position, doc)?.index
}

/** Tells others where the own caret is. */
export function tellCaret(index: number): void {
  const now = performance.now()
  const position = anchor(index)
  if (!isOnline.value || position === undefined || now - lastTold < TELL_MS) return
  lastTold = now
  channel?.publish(Y.encodeRelativePosition(position))
}

/** Takes no part for a while, or does again. */
export function setOnline(online: boolean): void {
  shared?.setOnline(online)
  if (!online) channel?.publish(null)
  refresh()
  if (online) waiting.value = 0
}

function refresh(): void {
  if (shared === undefined) return
  if (shared.isOpen) state.value = 'open'
  else if (shared.text !== undefined) state.value = 'waiting'
  body = shared.text
  isOnline.value = shared.isOnline || state.value === 'opening'
  members.value = shared.members
  text.value = body?.toString() ?? ''
  placeCarets()
}

function heardCaret(from: PeerId, value: Uint8Array | null): void {
  told.delete(from)
  if (value instanceof Uint8Array && told.size < MAX_CARETS) {
    try {
      told.set(from, { position: Y.decodeRelativePosition(value), at: performance.now() })
    } catch {
      return // no position of Yjs
    }
  }
  placeCarets()
}

function placeCarets(): void {
  if (!isOnline.value) {
    carets.value = []
    return
  }
  const now = performance.now()
  carets.value = [...told]
    .flatMap(([peer, { position, at }]) => {
      const index = now - at < CARET_MS ? indexOf(position) : undefined
      return index === undefined ? [] : [{ peer, index }]
    })
    .sort((a, b) => a.index - b.index)
}
