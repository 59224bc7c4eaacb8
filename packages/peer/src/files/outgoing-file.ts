import type { PeerId } from '@pigeon/xor'
import { FileTransfer } from './file-transfer.ts'
import type { Outgoing } from './outgoing.ts'

/** A file that this peer sends. */
export class OutgoingFile extends FileTransfer {
  constructor(outgoing: Outgoing, signal: AbortSignal | undefined) {
    super(outgoing, outgoing.info.name)
    const abort = () => outgoing.abort(signal?.reason)
    signal?.addEventListener('abort', abort)
    outgoing.on('ended', () => signal?.removeEventListener('abort', abort))
  }

  /** Who gets it. */
  get to(): PeerId {
    return this.peer
  }
}
