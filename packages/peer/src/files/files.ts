import { Emitter, type Unsubscribe, wholeNumber } from '@pigeon/transport'
import { systemClock, systemRandom } from '@pigeon/transport/system'
import { assertPeerId } from '@pigeon/xor'
import type { PigeonMesh } from '../pigeon-mesh.ts'
import { systemDigest } from './block-hash.ts'
import { type ByteSource, StreamSource, seekableSource } from './byte-source.ts'
import { MAX_NAME_BYTES, MAX_TYPE_BYTES } from './file-frames.ts'
import type { FileLimits } from './file-limits.ts'
import { FileTransfers } from './file-transfers.ts'
import { IncomingFile } from './incoming-file.ts'
import { OutgoingFile } from './outgoing-file.ts'
import { TransferError } from './transfer-error.ts'

/** Options of {@link openFiles}. */
export interface FilesOptions extends Partial<FileLimits> {
  /** The largest file that `save()` keeps in memory, bytes. Default 256 MiB. */
  maxMemoryBytes?: number
}

/** What happens on {@link Files}. */
export interface FilesEvents {
  /** A peer offers a file; without an answer the offer ends after `offerTimeoutMs`. */
  offer: (file: IncomingFile) => void
}

/** Bytes that come once, in order. */
export type ByteStream = ReadableStream<Uint8Array> | AsyncIterable<Uint8Array>

/** What is said of a file that is sent. */
export interface SendFileOptions {
  /** At most 255 bytes. Default: that of a `File`, else `file`. */
  name?: string
  /** Its media type, at most 127 bytes. Default: that of a `Blob`, else ''. */
  type?: string
  /** Bytes in all, for a stream whose size is known. */
  size?: number
  signal?: AbortSignal
}

/** Sends files, and tells of those that others offer. Made by {@link openFiles}. */
export class Files {
  readonly #transfers: FileTransfers
  readonly #events = new Emitter<FilesEvents>()

  constructor(mesh: PigeonMesh, options: FilesOptions) {
    const { maxMemoryBytes = 256 * 2 ** 20, ...limits } = options
    wholeNumber('maxMemoryBytes', maxMemoryBytes, 1, Number.MAX_SAFE_INTEGER)
    if (mesh.closed) throw new TransferError('CLOSED', 'the mesh is closed')
    const transport = mesh.open('pigeon/files/1', 'bulk')
    this.#transfers = new FileTransfers({
      ...limits,
      transport,
      clock: systemClock,
      random: systemRandom,
      digest: systemDigest,
      wanted: (peer) => mesh.connectToPeer(peer),
      offered: (incoming) => {
        if (this.#events.count('offer') === 0) return false
        this.#events.emit('offer', new IncomingFile(incoming, maxMemoryBytes))
        return true
      },
    })
    mesh.on('closed', () => this.#transfers.close())
  }

  on<E extends keyof FilesEvents>(event: E, listener: FilesEvents[E]): Unsubscribe {
    return this.#events.on(event, listener)
  }

  /**
   * Offers a file to a peer, over a direct link, which is asked for if there is none.
   * @param data a Blob or bytes, which must not change meanwhile, or a stream
   * @throws RangeError or TypeError that says what is wrong; TransferError `BUSY`, `ABORTED` or `CLOSED`
   */
  sendFile(
    to: string,
    data: Blob | Uint8Array | ByteStream,
    options: SendFileOptions = {},
  ): OutgoingFile {
    const isFile = typeof File === 'function' && data instanceof File
    const { name = isFile ? data.name : 'file', signal } = options
    const { type = data instanceof Blob ? data.type : '' } = options
    checkBytes('name', name, MAX_NAME_BYTES)
    checkBytes('type', type, MAX_TYPE_BYTES)
    const peer = assertPeerId(to)
    if (signal?.aborted) {
      throw new TransferError('ABORTED', 'the signal was aborted', { cause: signal.reason })
    }
    return new OutgoingFile(
      this.#transfers.send(peer, { name, type }, sourceOf(data, options.size)),
      signal,
    )
  }

  /** As {@link sendFile}, for what comes once and may have no end that is known. */
  sendStream(to: string, stream: ByteStream, options: SendFileOptions = {}): OutgoingFile {
    return this.sendFile(to, stream, options)
  }
}

/**
 * Opens files on a mesh, once.
 * @throws RangeError if they are open already, or that names the option that is wrong
 * @throws TransferError `CLOSED`
 * @example
 * const files = openFiles(mesh)
 * files.on('offer', async (file) => show(await file.save()))
 * await files.sendFile(peer, new Blob(['hello']), { name: 'hello.txt' }).done
 */
export function openFiles(mesh: PigeonMesh, options: FilesOptions = {}): Files {
  return new Files(mesh, options)
}

function sourceOf(data: Blob | Uint8Array | ByteStream, size: number | undefined): ByteSource {
  if (data instanceof Blob) {
    const slice = (start: number, end: number) => data.slice(start, end).arrayBuffer()
    return seekableSource(data.size, async (start, end) => new Uint8Array(await slice(start, end)))
  }
  if (data instanceof Uint8Array) {
    return seekableSource(data.length, async (start, end) => data.subarray(start, end))
  }
  if (size !== undefined) wholeNumber('size', size, 0, Number.MAX_SAFE_INTEGER - 1)
  return new StreamSource(iterate(data), size)
}

/** Not every browser iterates over a ReadableStream by itself. */
function iterate(stream: ByteStream): AsyncIterator<Uint8Array> {
  if (!('getReader' in stream)) return stream[Symbol.asyncIterator]()
  const reader = stream.getReader()
  return {
    next: async () => {
      const { done, value } = await reader.read()
      return done ? { done, value: undefined } : { done, value }
    },
    return: async () => {
      await reader.cancel()
      return { done: true, value: undefined }
    },
  }
}

function checkBytes(what: string, text: string, max: number): void {
  const bytes = new TextEncoder().encode(text).length
  if (bytes > max) throw new RangeError(`a ${what} has at most ${max} bytes, got ${bytes}`)
}
