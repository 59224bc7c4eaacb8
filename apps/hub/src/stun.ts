import { createSocket, type Socket } from 'node:dgram'
import { isIPv4, SocketAddress } from 'node:net'

/** STUN, RFC 8489. */
const BINDING_REQUEST = 0x0001
const BINDING_SUCCESS = 0x0101
const MAGIC_COOKIE = 0x2112a442
const XOR_MAPPED_ADDRESS = 0x0020
const HEADER_BYTES = 20

/** A request with more than this is none of a browser's. */
const MAX_REQUEST_BYTES = 1024

/** Answers a second, to all: a flood is not worth more. */
const MAX_ANSWERS = 5000

/**
 * The answer to a STUN Binding request: where it came from. RFC 8489 §5, §14.2.
 * @returns `undefined` if it is none
 */
export function stunAnswer(request: Uint8Array, address: string, port: number): Buffer | undefined {
  if (request.length < HEADER_BYTES || request.length > MAX_REQUEST_BYTES) return undefined
  const view = Buffer.from(request.buffer, request.byteOffset, request.byteLength)
  if (view.readUInt16BE(0) !== BINDING_REQUEST || view.readUInt32BE(4) !== MAGIC_COOKIE) {
    return undefined
  }
  if (view.readUInt16BE(2) !== request.length - HEADER_BYTES) return undefined
  const bytes = addressBytes(address)
  const answer = Buffer.alloc(HEADER_BYTES + 8 + bytes.length)
  answer.writeUInt16BE(BINDING_SUCCESS, 0)
  answer.writeUInt16BE(8 + bytes.length, 2)
  view.copy(answer, 4, 4, HEADER_BYTES)
  answer.writeUInt16BE(XOR_MAPPED_ADDRESS, HEADER_BYTES)
  answer.writeUInt16BE(4 + bytes.length, HEADER_BYTES + 2)
  answer.writeUInt8(bytes.length === 4 ? 1 : 2, HEADER_BYTES + 5)
  answer.writeUInt16BE(port ^ (MAGIC_COOKIE >>> 16), HEADER_BYTES + 6)
  // Cookie and transaction stand in the request in the order in which they are XORed.
  for (const [index, byte] of bytes.entries()) {
    answer[HEADER_BYTES + 8 + index] = byte ^ (view[4 + index] as number)
  }
  return answer
}

/** A STUN server that answers Binding requests and nothing else. */
export class StunResponder {
  readonly #socket: Socket
  #answers = 0
  #second = 0

  private constructor(socket: Socket) {
    this.#socket = socket
    socket.on('error', () => {})
    socket.on('message', (request, { address, port }) => {
      const answer = this.#isOver() ? undefined : stunAnswer(request, address, port)
      if (answer !== undefined) socket.send(answer, port, address, () => {})
    })
  }

  /** @throws Error of Node if it cannot have the port */
  static async start(port: number, host: string): Promise<StunResponder> {
    const address = host === 'localhost' ? '127.0.0.1' : host
    const socket = createSocket(address.includes(':') ? 'udp6' : 'udp4')
    await new Promise<void>((resolve, reject) => {
      socket.once('error', reject)
      socket.bind(port, address, () => {
        socket.off('error', reject)
        resolve()
      })
    })
    return new StunResponder(socket)
  }

  /** UDP. */
  get port(): number {
    return this.#socket.address().port
  }

  stop(): void {
    this.#socket.close()
  }

  #isOver(): boolean {
    const second = Math.floor(performance.now() / 1000)
    if (second !== this.#second) {
      this.#second = second
      this.#answers = 0
    }
    this.#answers++
    return this.#answers > MAX_ANSWERS
  }
}

function addressBytes(address: string): Uint8Array {
  const plain = address.split('%')[0]?.replace(/^::ffff:(?=\d+\.)/i, '') ?? address
  if (isIPv4(plain)) return Uint8Array.from(plain.split('.').map(Number))
  const { address: full } = new SocketAddress({ address: plain, family: 'ipv6' })
  const [head = '', tail] = full.split('::')
  const groups = head === '' ? [] : head.split(':')
  const behind = tail === undefined || tail === '' ? [] : tail.split(':')
  while (tail !== undefined && groups.length + behind.length < 8) groups.push('0')
  const bytes = Buffer.alloc(16)
  for (const [index, group] of [...groups, ...behind].entries()) {
    bytes.writeUInt16BE(Number.parseInt(group, 16), 2 * index)
  }
  return bytes
}
