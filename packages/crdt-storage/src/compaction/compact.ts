import { bytesToHex } from '@noble/hashes/utils.js'
import { isDataNode } from '../authority/node.ts'
import { SpaceError } from '../errors.ts'
import type { Taken } from '../log/log.ts'
import type { Core } from '../space/core.ts'
import { momentOf } from '../space/moment.ts'
import { attestOf, FIRST, MORE, Snapshots } from './snapshots.ts'
import { encodeState } from './state-format.ts'

/** Bytes of a state in one entry. */
const PIECE_BYTES = 48 * 1024

/**
 * Writes all that is accepted as a snapshot, and forgets what it stands for.
 * @throws SpaceError `NOT_ALLOWED` for anybody but the creator: only what its entries had accepted
 * is accepted by everybody for good
 */
export async function compact(core: Core): Promise<Taken[]> {
  const { log, me, writer } = core.parts
  if (me !== log.genesis.author) throw new SpaceError('NOT_ALLOWED', 'only the creator compacts')
  if (core.contents.isWaiting) throw new SpaceError('NO_KEY', 'something cannot be read yet')
  const { state } = await momentOf(core, undefined)
  const bytes = encodeState(state)
  const taken: Taken[] = []
  for (let at = 0; at === 0 || at < bytes.length; at += PIECE_BYTES) {
    const flags = (at === 0 ? FIRST : 0) | (at + PIECE_BYTES < bytes.length ? MORE : 0)
    const piece = new Uint8Array([flags, ...bytes.subarray(at, at + PIECE_BYTES)])
    taken.push(...(await writer.writeSealed('snapshot', piece)))
  }
  return taken
}

/** Forgets the bodies of what the first of these snapshot entries stands for. */
export async function forget(core: Core, taken: readonly Taken[]): Promise<void> {
  const { log, rows } = core.parts
  const { authority } = log
  const first = taken.find(({ entry }) => entry.content.kind === 'snapshot')?.entry
  const from = first && authority.get(first.id)
  if (from === undefined) return
  const covered = authority.nodes.filter(
    (node) =>
      isDataNode(node) &&
      node.statement.act.kind !== 'attest' &&
      authority.isAcceptedAt(node, from),
  )
  log.drop(covered.map(({ statement }) => statement.id))
  await rows?.rewrite(
    authority.nodes.slice(1).flatMap(({ statement }) => log.get(statement.id) ?? []),
  )
}

/**
 * Works the creator's last snapshot out from the entries it stands for, and says so if it is right.
 * @throws SpaceError `UNKNOWN` if there is none, or entries were forgotten here; `INVALID` if
 * the creator wrote another state than the entries give
 */
export async function attest(core: Core): Promise<Taken[]> {
  const { log, ring, writer } = core.parts
  const { authority } = log
  const snapshot = await new Snapshots(log, ring, 0).latest([...authority.accepted])
  if (snapshot === undefined) throw new SpaceError('UNKNOWN', 'there is no snapshot')
  const { from, bytes } = snapshot
  const isGone = authority.nodes.some(
    (node) => log.get(node.statement.id)?.isStub === true && authority.isBefore(node, from),
  )
  if (isGone) throw new SpaceError('UNKNOWN', 'entries it stands for were forgotten here')
  const { state } = await momentOf(core, from)
  if (bytesToHex(encodeState(state)) !== bytesToHex(bytes)) {
    throw new SpaceError('INVALID', 'the snapshot is not what the entries give')
  }
  return writer.writeSealed('attest', attestOf(from, bytes))
}
