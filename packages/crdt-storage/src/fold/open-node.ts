import type { Node } from '../authority/node.ts'
import type { Keyring } from '../keys/keyring.ts'
import { keyAt, openBody, type SealedPlace } from '../keys/sealed-body.ts'
import type { Log } from '../log/log.ts'

/** Opens the body of an entry; `undefined` if it was not sealed for its place, or with other keys. */
export async function openNode(
  node: Node,
  body: Uint8Array,
  log: Log,
  ring: Keyring,
): Promise<Uint8Array | undefined | 'no key'> {
  if (!log.genesis.content.isPrivate) return body
  const place = placeOf(node, log)
  const key = keyAt(ring, place)
  return key === undefined ? 'no key' : openBody(body, key, place)
}

function placeOf(node: Node, log: Log): SealedPlace {
  const { id, author } = node.statement
  const entry = log.get(id)
  if (entry === undefined) throw new RangeError(`no entry ${id}`)
  const header = [entry.place, entry.rest.subarray(0, entry.headBytes)]
  return { space: log.space, author, header, view: log.authority.viewAt(node) }
}
