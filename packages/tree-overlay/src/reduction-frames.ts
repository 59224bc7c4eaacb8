import { ByteReader, ByteWriter } from '@pigeon/transport'
import { Kind } from './kind.ts'

/** UTF-8 bytes of a topic. */
export const MAX_TOPIC_BYTES = 128

/** A question to all below. */
export interface Ask {
  readonly id: number
  /** How long the answer may take, ms. */
  readonly timeoutMs: number
  readonly topic: string
  readonly query: Uint8Array
}

/** The parts of all below, as one. */
export interface Sum {
  readonly id: number
  readonly complete: boolean
  /** That took part. */
  readonly nodes: number
  /** `undefined` if none had a part. */
  readonly value: Uint8Array | undefined
}

export function encodeAsk({ id, timeoutMs, topic, query }: Ask): Uint8Array {
  const writer = new ByteWriter().u8(Kind.ask).u64(id).u32(timeoutMs).text(topic)
  return writer.bytes(query).finish()
}

/**
 * @param maxBytes of the query
 * @throws WireError
 */
export function decodeAsk(bytes: Uint8Array, maxBytes: number): Ask {
  const reader = new ByteReader(bytes)
  reader.u8()
  const [id, timeoutMs, topic] = [reader.u64(), reader.u32(), reader.text(MAX_TOPIC_BYTES)]
  const query = new Uint8Array(reader.bytes(maxBytes))
  reader.end()
  return { id, timeoutMs, topic, query }
}

export function encodeSum({ id, complete, nodes, value }: Sum): Uint8Array {
  const writer = new ByteWriter()
    .u8(Kind.sum)
    .u64(id)
    .u8(complete ? 1 : 0)
    .varuint(nodes)
  writer.bytes(value ?? new Uint8Array(0)).u8(value === undefined ? 0 : 1)
  return writer.finish()
}

/**
 * @param maxBytes of the value
 * @throws WireError
 */
export function decodeSum(bytes: Uint8Array, maxBytes: number): Sum {
  const reader = new ByteReader(bytes)
  reader.u8()
  const [id, complete, nodes] = [reader.u64(), reader.u8() === 1, reader.varuint(2 ** 32)]
  const value = new Uint8Array(reader.bytes(maxBytes))
  const has = reader.u8() === 1
  reader.end()
  return { id, complete, nodes, value: has ? value : undefined }
}
