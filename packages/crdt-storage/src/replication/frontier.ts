import { sha256 } from '@noble/hashes/sha2.js'
import { bytesToHex, utf8ToBytes } from '@noble/hashes/utils.js'
import type { Node } from '../authority/node.ts'
import type { Entry } from '../entry/entry.ts'
import type { Log } from '../log/log.ts'
import { type End, tagOf } from './frames.ts'

/** Bytes of one run in a synchronisation: small, so that parts can be interleaved and lost. */
const RUN_BYTES = 48 * 1024

/** What a replica has, told by the ends of its chains: everything before them is there too. */
export function endsOf({ authority }: Log): End[] {
  return [...authority.ends].map(({ statement: { id, author, via, seq } }) => ({
    id,
    tag: tagOf(author, via),
    seq,
  }))
}

/** Equal for equal sets of entries. */
export function digestOf({ authority }: Log): string {
  const ids = [...authority.ends].map(({ statement }) => statement.id).sort()
  return bytesToHex(sha256(utf8ToBytes(ids.join())))
}

/**
 * What a replica lacks, causes first, as runs.
 * @param ends what it said it has
 */
export function* lackedBy(ends: readonly End[], log: Log): Generator<Entry[]> {
  const { authority } = log
  const open: Node[] = []
  const ahead = new Map<string, number>()
  for (const { id, tag, seq } of ends) {
    const node = authority.get(id)
    if (node !== undefined) open.push(node)
    else ahead.set(tag, Math.max(seq, ahead.get(tag) ?? 0))
  }
  const has = new Uint8Array(authority.size)
  has[0] = 1 // the genesis: without it there is no space
  for (let next = open.pop(); next !== undefined; next = open.pop()) {
    if (next.index === 0 || has[next.index] === 1) continue
    has[next.index] = 1
    open.push(...next.parents)
  }
  for (const node of [...authority.nodes]) {
    if (has[node.index] === 1 || isProbablyThere(node, ahead, log)) continue
    const run = log.runFrom(node, RUN_BYTES)
    for (const { id } of run) {
      const each = authority.get(id)
      if (each !== undefined) has[each.index] = 1
    }
    if (run.length > 0) yield run
  }
}

/** Whether it has more of this chain than is here: then, unless its author lied, it has all of it. */
function isProbablyThere(
  { statement: { author, via } }: Node,
  ahead: ReadonlyMap<string, number>,
  log: Log,
): boolean {
  if (ahead.size === 0) return false
  const seq = ahead.get(tagOf(author, via))
  if (seq === undefined || log.authority.forksOf(`${author}/${via}`).length > 0) return false
  return seq > (log.tip(author, via)?.statement.seq ?? 0)
}
