import { ByteReader, ByteWriter } from '@pigeon/transport'
import { MAX_RUN_BYTES } from '../entry/limits.ts'
import { topicOf } from '../replication/frames.ts'

const VERSION = 1
const MAX_NAME_BYTES = 64

/** Bundles that a head names; then all is bundled anew. */
export const MAX_BUNDLES = 64

/** Bytes of runs in one bundle; a larger run is one of its own. */
const BUNDLE_BYTES = 512 * 1024

/** What a keeper of a space says it put where. */
export interface Head {
  /** Where the first entry of the space is. */
  readonly genesis: Uint8Array
  /** Where the others are, causes first. */
  readonly bundles: readonly Uint8Array[]
}

/** What a head is kept under: who does not know the space's id learns nothing of it. */
export function headName(space: string): string {
  return `space/${topicOf(space)}`
}

export function encodeHead({ genesis, bundles }: Head): Uint8Array {
  const writer = new ByteWriter(256).u8(VERSION).bytes(genesis).varuint(bundles.length)
  for (const name of bundles) writer.bytes(name)
  return writer.finish()
}

/** Never throws. @returns `undefined` for what is none */
export function readHead(bytes: Uint8Array): Head | undefined {
  try {
    const reader = new ByteReader(bytes)
    if (reader.u8() !== VERSION) return undefined
    const genesis = reader.bytes(MAX_NAME_BYTES)
    const count = reader.varuint(MAX_BUNDLES)
    const bundles = Array.from({ length: count }, () => reader.bytes(MAX_NAME_BYTES))
    reader.end()
    return { genesis, bundles }
  } catch {
    return undefined
  }
}

/** Runs as bundles. */
export function bundlesOf(runs: Iterable<Uint8Array>): Uint8Array[] {
  const bundles: Uint8Array[] = []
  let writer = new ByteWriter(1024)
  let bytes = 0
  for (const run of runs) {
    if (bytes > 0 && bytes + run.length > BUNDLE_BYTES) {
      bundles.push(writer.finish())
      writer = new ByteWriter(1024)
      bytes = 0
    }
    writer.bytes(run)
    bytes += run.length
  }
  if (bytes > 0) bundles.push(writer.finish())
  return bundles
}

/** The runs of a bundle, as far as it makes sense. */
export function* runsIn(bundle: Uint8Array): Generator<Uint8Array> {
  const reader = new ByteReader(bundle)
  try {
    while (reader.remaining > 0) yield reader.bytes(MAX_RUN_BYTES)
  } catch {
    return
  }
}
