import type { PeerId, PigeonMesh } from '@pigeon/peer'
import {
  type Files,
  type FileTransfer,
  type IncomingFile,
  openFiles,
  TransferError,
} from '@pigeon/peer/files'
import { record } from '../session/events.ts'
import { shortId } from '../session/short-id.ts'
import { announce } from '../ui/announce.ts'
import { signal } from '../ui/signal.ts'
import { hex } from '../ui/units.ts'

/** Files shown; of more, the oldest that are over go. */
const MAX_ROWS = 50

/** One file, on its way or over. */
export interface FileRow {
  readonly id: string
  readonly name: string
  readonly size: number | undefined
  readonly peer: PeerId
  readonly isIncoming: boolean
  /** `offered`: somebody has to say yes. */
  readonly state: 'offered' | 'running' | 'done' | 'failed'
  readonly bytes: number
  readonly bytesPerSecond: number
  /** Of the whole, as hex, once it is there. */
  readonly sha256: string | undefined
  /** Where the page holds what came. */
  readonly url: string | undefined
  readonly note: string
}

export const rows = signal<readonly FileRow[]>([])

const transfers = new Map<string, FileTransfer>()
let files: Files | undefined
let own: PigeonMesh | undefined

/** Listens for files, and can send some from then on. */
export function openTransfers(mesh: PigeonMesh): void {
  own = mesh
  files = openFiles(mesh)
  files.on('offer', (file) => {
    add(file, file.from, true)
    announce(`${shortId(file.from)} offers the file ${file.name}`)
    void file.done.catch((error) => fail(file.id, error))
  })
}

/** Offers files to a peer. */
export function offer(to: PeerId, list: readonly File[]): void {
  for (const data of list) {
    try {
      const file = files?.sendFile(to, data)
      if (file === undefined) return
      add(file, to, false)
      void follow(file, data)
    } catch (error) {
      announce(error instanceof TransferError ? error.hint : String(error))
    }
  }
}

/** Says yes to an offer, and keeps the file in the page. */
export async function accept(id: string): Promise<void> {
  const file = transfers.get(id) as IncomingFile | undefined
  if (file === undefined) return
  try {
    const saved = file.save()
    void follow(file)
    const blob = await saved
    const sha256 = await hashOf(blob)
    // A page of another origin must not come of it.
    const plain = new Blob([blob], { type: 'application/octet-stream' })
    change(id, { state: 'done', url: URL.createObjectURL(plain), sha256 })
  } catch (error) {
    fail(id, error)
  }
}

/** Says no, or no longer; on both sides. */
export function cancel(id: string): void {
  transfers.get(id)?.cancel()
}

/** Cuts the link a file goes over; the transfer waits, and goes on over the next one. */
export function interrupt(peer: PeerId): void {
  void own?.disconnectPeer(peer)
}

/** Asks for a link, so that a file that waits goes on now. */
export function resume(peer: PeerId): void {
  own?.connectToPeer(peer)
}

async function follow(file: FileTransfer, source?: Blob): Promise<void> {
  for await (const { bytes, bytesPerSecond } of file.progress()) {
    const isOpen = rows.value.some(({ id, state }) => id === file.id && state !== 'done')
    // Until the first byte goes, the other side has not said yes.
    if (isOpen && (bytes > 0 || source === undefined))
      change(file.id, { state: 'running', bytes, bytesPerSecond })
  }
  try {
    await file.done
    change(file.id, { bytes: file.current.bytes })
    if (source !== undefined) {
      change(file.id, { state: 'done', sha256: await hashOf(source) })
    }
    announce(`${file.name} has arrived`)
  } catch (error) {
    fail(file.id, error)
  }
}

/** The library has checked it on the way; this is for people to compare. */
async function hashOf(blob: Blob): Promise<string | undefined> {
  if (globalThis.crypto.subtle === undefined) return undefined
  return hex(new Uint8Array(await crypto.subtle.digest('SHA-256', await blob.arrayBuffer())))
}

function add(file: FileTransfer, peer: PeerId, isIncoming: boolean): void {
  transfers.set(file.id, file)
  const { id, name, size } = file
  const progress = { bytes: 0, bytesPerSecond: 0, sha256: undefined, url: undefined, note: '' }
  const row: FileRow = { id, name, size, peer, isIncoming, state: 'offered', ...progress }
  const all = [row, ...rows.value]
  const isOver = ({ state }: FileRow) => state === 'done' || state === 'failed'
  for (const old of all.slice(MAX_ROWS).filter(isOver)) forget(old)
  rows.value = all.filter((one, index) => index < MAX_ROWS || !isOver(one))
}

function forget({ id, url }: FileRow): void {
  transfers.delete(id)
  if (url !== undefined) URL.revokeObjectURL(url)
}

function change(id: string, now: Partial<FileRow>): void {
  rows.value = rows.value.map((row) => (row.id === id ? { ...row, ...now } : row))
}

function fail(id: string, error: unknown): void {
  const row = rows.value.find((one) => one.id === id)
  if (row === undefined || row.state === 'failed' || row.state === 'done') return
  const code = error instanceof TransferError ? error.code : 'FAILED'
  const note = code === 'CANCELLED' || code === 'REJECTED' ? 'cancelled' : `${code}`
  change(id, { state: 'failed', note })
  record('file failed', { name: row.name, code })
}
