import { Emitter } from '@pigeon/transport'
import { CLOSE_ABNORMAL, CLOSE_NORMAL } from '../codes.ts'
import { MessageType } from '../message-type.ts'
import type { MessageSocket, MessageSocketEvents, SocketConnector } from '../socket.ts'

/** What a PeerPigeon server says to a client that does not name its id in the URL. */
const NO_ID_CODE = 1008
const NO_ID = /peerId/i

/** Dials a PeerPigeon server for a client that says this HELLO. */
type Dial = (hello: Uint8Array) => MessageSocket

/** What speaks wire version 1; fetched once there is a PeerPigeon server to speak to. */
type Speech = typeof import('./v1-speech.ts')

/**
 * Makes a connector that comes to terms with PeerPigeon servers as well: if the other end closes for
 * want of an id in the URL, it is dialled anew and spoken to in wire version 1, which the client
 * behind does not notice.
 * @param connect for our hubs
 * @param connectText for PeerPigeon's: messages are text, as UTF-8
 * @param load fetches what speaks version 1; if that fails the connection closes, and the next one tries again
 */
export function withV1(
  connect: SocketConnector,
  connectText: SocketConnector,
  load: () => Promise<Speech> = () => import('./v1-speech.ts'),
): SocketConnector {
  return (url, protocols) =>
    new V1Socket(connect(url, protocols), async () => {
      const { V1Speech } = await load()
      return (hello) => new V1Speech(hello, url, connectText)
    })
}

/** Tells PeerPigeon's servers from our hubs. */
class V1Socket implements MessageSocket {
  readonly #speech: () => Promise<Dial>
  readonly #events = new Emitter<MessageSocketEvents>()
  #inner: MessageSocket
  #hello: Uint8Array | undefined
  /** Nothing came from the other end so far. */
  #silent = true
  /** There is nothing to close while the speech is on its way. */
  #changing = false
  #closing = false

  constructor(inner: MessageSocket, speech: () => Promise<Dial>) {
    this.#speech = speech
    this.#inner = inner
    inner.on('open', () => this.#events.emit('open'))
    inner.on('message', (bytes) => {
      this.#silent = false
      this.#events.emit('message', bytes)
    })
    inner.on('close', (code, reason) => {
      const isTheirs = this.#silent && code === NO_ID_CODE && NO_ID.test(reason)
      if (isTheirs && this.#hello !== undefined && !this.#closing) void this.#changeTo(this.#hello)
      else this.#end(code, reason)
    })
  }

  get bufferedBytes(): number {
    return this.#inner.bufferedBytes
  }

  send(bytes: Uint8Array): void {
    if (bytes[0] === MessageType.HELLO) this.#hello ??= bytes
    this.#inner.send(bytes)
  }

  close(code: number = CLOSE_NORMAL, reason = ''): void {
    this.#closing = true
    if (this.#changing) void Promise.resolve().then(() => this.#end(code, reason))
    else this.#inner.close(code, reason)
  }

  on<E extends keyof MessageSocketEvents>(event: E, listener: MessageSocketEvents[E]): () => void {
    return this.#events.on(event, listener)
  }

  async #changeTo(hello: Uint8Array): Promise<void> {
    this.#changing = true
    try {
      const dial = await this.#speech()
      this.#changing = false
      if (this.#closing) return
      const inner = dial(hello)
      this.#inner = inner
      inner.on('message', (bytes) => this.#events.emit('message', bytes))
      inner.on('close', (code, reason) => this.#end(code, reason))
    } catch (error) {
      this.#end(CLOSE_ABNORMAL, `what speaks to PeerPigeon servers did not load: ${String(error)}`)
    }
  }

  #end(code: number = CLOSE_ABNORMAL, reason = ''): void {
    this.#events.emit('close', code, reason)
    this.#events.clear()
  }
}
