import type { GossipMessage } from '@pigeon/gossip'
import { Emitter, type Unsubscribe, wholeNumber } from '@pigeon/transport'
import { assertPeerId } from '@pigeon/xor'
import type { PigeonMesh } from '../pigeon-mesh.ts'
import { abortable } from './abortable.ts'
import { Backlog } from './backlog.ts'
import type {
  ChannelEvents,
  ChannelOptions,
  Delivered,
  DropReason,
  Received,
} from './channel-options.ts'
import { MAX_NAME_BYTES, type RawValue } from './channels.ts'
import { channelsOf } from './channels-of.ts'
import { decodeValue } from './decode-value.ts'
import { encodeValue } from './encode-value.ts'
import { MessageError } from './message-error.ts'
import type { StandardResult, StandardSchema } from './standard-schema.ts'

/**
 * Values of one kind between the peers of a network, to one peer or to all. Made by
 * {@link openChannel}.
 */
export class Channel<T> implements AsyncIterable<Received<T>, undefined> {
  readonly name: string
  readonly #mesh: PigeonMesh
  readonly #schema: StandardSchema<T> | undefined
  readonly #queueLimit: number
  readonly #events = new Emitter<ChannelEvents<T>>()
  readonly #loops = new Set<Backlog<Received<T>>>()
  /** What came before anybody listened. */
  #early: Received<T>[] = []
  readonly #ends: Unsubscribe[]
  readonly #dropped: Record<DropReason, number> = { BUSY: 0, SCHEMA: 0, MALFORMED: 0 }
  /** Values whose check has not ended, one after the other. */
  #checking: Promise<void> = Promise.resolve()
  #checks = 0
  #isClosed = false
  /** Fails what is on its way. */
  readonly #sending = new Set<() => void>()

  /** @throws RangeError for a name that is not 1 to 64 bytes; MessageError `CLOSED` */
  constructor(mesh: PigeonMesh, name: string, options: ChannelOptions<T> = {}) {
    const bytes = new TextEncoder().encode(name).length
    if (bytes < 1 || bytes > MAX_NAME_BYTES) {
      throw new RangeError(`a channel's name has 1 to ${MAX_NAME_BYTES} bytes, got ${bytes}`)
    }
    this.name = name
    this.#mesh = mesh
    this.#schema = options.schema
    this.#queueLimit = wholeNumber('queueLimit', options.queueLimit ?? 256, 1, 2 ** 20)
    this.#ends = [
      channelsOf(mesh).receive(name, (raw) => this.#take(raw)),
      mesh.gossip.on('message', (message) => this.#heard(message)),
      mesh.on('closed', () => {
        this.close()
        for (const fail of [...this.#sending]) fail()
      }),
    ]
  }

  /** Values dropped so far. */
  get dropped(): Readonly<Record<DropReason, number>> {
    return this.#dropped
  }

  /**
   * Sends to one peer, linked or not.
   * @returns once the peer has it
   * @throws MessageError why not; TypeError or RangeError for what cannot be sent
   */
  async send(to: string, value: T, options: { signal?: AbortSignal } = {}): Promise<Delivered> {
    const peer = assertPeerId(to)
    if (peer === this.#mesh.peerId) throw new RangeError('a channel does not send to its own peer')
    if (this.#isClosed) throw closed()
    const channels = channelsOf(this.#mesh)
    return abortable<Delivered>(
      options.signal,
      (resolve, reject) => {
        const fail = () => reject(closed())
        const { messageId, cancel } = channels.send(peer, this.name, value, (outcome) => {
          this.#sending.delete(fail)
          if (outcome.ok) resolve({ messageId, to: peer, hops: outcome.hops, ms: outcome.ms })
          else reject(new MessageError(outcome.code, `${this.name}: no delivery to ${peer}`))
        })
        this.#sending.add(fail)
        return () => {
          this.#sending.delete(fail)
          cancel()
        }
      },
      (cause) => new MessageError('ABORTED', 'sending was aborted', { cause }),
    )
  }

  /**
   * Sends to everyone in the network who has the channel, as a broadcast of at most 64 KiB.
   * @returns the id under which they receive it
   * @throws MessageError `TOO_LARGE`, `RATE` or `CLOSED`; TypeError for what cannot be sent
   */
  publish(value: T): string {
    if (this.#isClosed) throw closed()
    const bytes = encodeValue(value)
    try {
      return this.#mesh.gossip.publish(this.#topic, bytes)
    } catch (cause) {
      const code = cause instanceof RangeError ? 'TOO_LARGE' : 'RATE'
      throw new MessageError(code, `${bytes.length} bytes were not published`, { cause })
    }
  }

  /**
   * Listens for an event; call the result to stop. The first to listen for `value` gets what came
   * before.
   */
  on<E extends keyof ChannelEvents<T>>(event: E, listener: ChannelEvents<T>[E]): Unsubscribe {
    const off = this.#events.on(event, listener)
    // After the caller has what `on` returns.
    if (event === 'value') queueMicrotask(() => this.#flush())
    return off
  }

  /** Each loop gets all values; the first also what came before. */
  [Symbol.asyncIterator](): Backlog<Received<T>> {
    const loop: Backlog<Received<T>> = new Backlog(this.#queueLimit, () => this.#loops.delete(loop))
    for (const received of this.#early.splice(0)) loop.push(received)
    if (this.#isClosed) loop.end()
    else this.#loops.add(loop)
    return loop
  }

  /** Ends the loops after what they have. What is on its way goes on, while the mesh is open. */
  close(): void {
    if (this.#isClosed) return
    this.#isClosed = true
    for (const end of this.#ends) end()
    for (const loop of [...this.#loops]) loop.end()
    this.#early = []
    this.#events.clear()
  }

  /** As {@link close}: for `await using`. */
  async [Symbol.asyncDispose](): Promise<void> {
    this.close()
  }

  get #topic(): string {
    return `pigeon/channel/${this.name}`
  }

  #heard({ topic, author, id, payload, hops }: GossipMessage): void {
    if (topic !== this.#topic) return
    let value: unknown
    try {
      value = decodeValue(payload)
    } catch {
      this.#drop(author, 'MALFORMED')
      return
    }
    this.#take({ from: author, value, messageId: id, hops, direct: false })
  }

  #take(raw: RawValue): 'BUSY' | undefined {
    if (!this.#hasRoom()) {
      this.#drop(raw.from, 'BUSY')
      return 'BUSY'
    }
    const result = this.#check(raw.value)
    if (this.#checks === 0 && !(result instanceof Promise)) this.#checked(raw, result)
    else {
      this.#checks++
      this.#checking = this.#checking.then(async () => {
        this.#checked(raw, await result)
        this.#checks--
      })
    }
    return undefined
  }

  #hasRoom(): boolean {
    if (this.#checks >= this.#queueLimit) return false
    const isEarly = this.#loops.size === 0 && this.#events.count('value') === 0
    if (isEarly) return this.#early.length < this.#queueLimit
    return [...this.#loops].every((loop) => !loop.isFull)
  }

  #check(value: unknown): StandardResult<T> | Promise<StandardResult<T>> {
    if (this.#schema === undefined) return { value: value as T }
    const failed = (error: unknown) => ({ issues: [{ message: String(error) }] })
    try {
      const result = this.#schema['~standard'].validate(value)
      return result instanceof Promise ? result.catch(failed) : result
    } catch (error) {
      return failed(error)
    }
  }

  #checked({ value: _, ...rest }: RawValue, result: StandardResult<T>): void {
    if (result.issues !== undefined) {
      this.#drop(rest.from, 'SCHEMA', result.issues)
      return
    }
    const received = { ...rest, value: result.value }
    const isEarly = this.#loops.size === 0 && this.#events.count('value') === 0
    if (isEarly && this.#early.length < this.#queueLimit) this.#early.push(received)
    else this.#deliver(received)
  }

  #deliver(received: Received<T>): void {
    for (const loop of [...this.#loops]) {
      if (!loop.push(received)) this.#drop(received.from, 'BUSY')
    }
    this.#events.emit('value', received)
  }

  #flush(): void {
    if (this.#events.count('value') === 0) return
    for (const received of this.#early.splice(0)) this.#events.emit('value', received)
  }

  #drop(from: RawValue['from'], reason: DropReason, issues: readonly { message: string }[] = []) {
    this.#dropped[reason]++
    const messages = issues.map(({ message }) => message)
    this.#events.emit('dropped', { from, reason, issues: messages })
  }
}

/**
 * Opens a channel; the other side opens one under the same name.
 * @param name what the peers agree on, 1 to 64 bytes
 * @throws RangeError that says what is wrong; MessageError `CLOSED`
 * @example
 * const chat = openChannel<string>(mesh, 'chat')
 * await chat.send(peer, 'hello')
 * for await (const { from, value } of chat) console.log(from, value)
 */
export function openChannel<T>(
  mesh: PigeonMesh,
  name: string,
  options: ChannelOptions<T> = {},
): Channel<T> {
  return new Channel(mesh, name, options)
}

function closed(): MessageError {
  return new MessageError('CLOSED', 'the channel is closed')
}
