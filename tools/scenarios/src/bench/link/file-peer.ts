import type { PeerId } from '@pigeon/peer'
import { PigeonMesh } from '@pigeon/peer'
import { openFiles } from '@pigeon/peer/files'

const NETWORK = 'bench-link'
const PIECE_BYTES = 256 * 1024

/** What a peer of the file bench can be told. */
export type FileCommands = ReturnType<typeof filePeer>

/** A peer that sends or takes a file, and talks meanwhile. */
export function filePeer() {
  let mesh: PigeonMesh
  let files: ReturnType<typeof openFiles>
  let chat: ReturnType<PigeonMesh['open']>
  let received = 0
  let answered: (number: number) => void = () => {}

  return {
    async join(hub: string): Promise<string> {
      mesh = new PigeonMesh(NETWORK, { hubs: [hub] })
      await mesh.connect()
      files = openFiles(mesh)
      chat = mesh.open('bench/chat/1')
      chat.on('frame', (from, frame) => {
        if (frame[0] === 0) chat.send(from, Uint8Array.of(1, frame[1] ?? 0))
        else answered(frame[1] ?? 0)
      })
      files.on('offer', async (file) => {
        for await (const piece of stream(file.accept())) received += piece.length
      })
      return mesh.peerId
    },

    async linked(): Promise<void> {
      await mesh.whenPeers(1)
    },

    received: () => received,

    /** @returns ms until the receiver has all */
    async send(to: string, totalBytes: number): Promise<number> {
      const startedAt = performance.now()
      await files.sendStream(to, pieces(totalBytes), { size: totalBytes }).done
      return performance.now() - startedAt
    },

    /** Round trips, one every 20 ms, until `forMs` passed. @returns ms */
    async chat(to: string, forMs: number): Promise<number[]> {
      const times: number[] = []
      const endAt = performance.now() + forMs
      for (let number = 0; performance.now() < endAt; number = (number + 1) % 256) {
        const startedAt = performance.now()
        const answer = new Promise<void>((resolve) => {
          answered = (got) => {
            if (got === number) resolve()
          }
        })
        chat.send(to as PeerId, Uint8Array.of(0, number))
        await answer
        times.push(performance.now() - startedAt)
        await new Promise((resolve) => setTimeout(resolve, 20))
      }
      return times
    },

    async leave(): Promise<void> {
      await mesh.close()
    },
  }
}

async function* pieces(totalBytes: number): AsyncIterable<Uint8Array> {
  for (let left = totalBytes; left > 0; left -= PIECE_BYTES) {
    yield new Uint8Array(Math.min(PIECE_BYTES, left))
  }
}

async function* stream(readable: ReadableStream<Uint8Array>): AsyncIterable<Uint8Array> {
  const reader = readable.getReader()
  for (let read = await reader.read(); !read.done; read = await reader.read()) yield read.value
}
