import type { ByteReader, ByteWriter } from '@pigeon/transport'
import type { PeerId } from '@pigeon/xor'

/** @param ids at most 255 */
export function writeIds(writer: ByteWriter, ids: readonly PeerId[]): ByteWriter {
  writer.u8(ids.length)
  for (const id of ids) writer.id(id)
  return writer
}

export function readIds(reader: ByteReader): PeerId[] {
  const count = reader.u8()
  return Array.from({ length: count }, () => reader.id())
}
