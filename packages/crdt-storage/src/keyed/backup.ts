import { bytesToHex, hexToBytes } from '@noble/hashes/utils.js'
import { ByteReader, ByteWriter } from '@pigeon/transport'
import { SpaceError } from '../errors.ts'
import type { Space } from '../space/space.ts'
import type { Shelved } from './shelf.ts'

const MAGIC = 'pigeon/backup/1'
const MAX_RUN_BYTES = 192 * 1024

/** One key in a backup. */
export interface BackedUp extends Omit<Shelved, 'slot'> {
  readonly genesis: Uint8Array
  readonly runs: readonly Uint8Array[]
}

/** Everything of some spaces as bytes. What is sealed stays sealed: a backup is opened by the author's keys alone. */
export async function writeBackup(
  all: readonly { shelved: Shelved; space: Space }[],
): Promise<Uint8Array> {
  const writer = new ByteWriter(64 * 1024).text(MAGIC).varuint(all.length)
  for (const { shelved, space } of all) {
    writer.text(shelved.key).raw(hexToBytes(shelved.owner)).raw(hexToBytes(shelved.space))
    writer.bytes(space.genesis)
    const runs = await space.export()
    writer.varuint(runs.length)
    for (const run of runs) writer.bytes(run)
  }
  return writer.finish()
}

/** @throws SpaceError `INVALID` */
export function readBackup(bytes: Uint8Array): BackedUp[] {
  try {
    const reader = new ByteReader(bytes)
    if (reader.text(64) !== MAGIC) throw new RangeError('another format')
    const all: BackedUp[] = []
    for (let left = reader.varuint(); left > 0; left--) {
      const key = reader.text(256)
      const owner = bytesToHex(reader.raw(32))
      const space = bytesToHex(reader.raw(32))
      const genesis = reader.bytes(MAX_RUN_BYTES)
      const runs: Uint8Array[] = []
      for (let more = reader.varuint(); more > 0; more--) runs.push(reader.bytes(MAX_RUN_BYTES))
      all.push({ key, owner, space, genesis, runs })
    }
    reader.end()
    return all
  } catch (cause) {
    throw new SpaceError('INVALID', 'these bytes are no backup', { cause })
  }
}
