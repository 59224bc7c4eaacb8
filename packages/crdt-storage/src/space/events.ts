import type { Fault } from '../authority/admissible.ts'
import type { Role } from '../authority/role.ts'
import type { VoidReason } from '../fold/contents.ts'

/** What happens in a {@link Space}. */
export interface SpaceEvents {
  /** The value of a key, a set, a counter, or a document changed. */
  changed: (name: string, type: 'value' | 'set' | 'counter' | 'document') => void
  /** Something counts no longer, so a document is another object: take it anew. */
  replaced: (name: string) => void
  /** New entries are here, to pass on: bytes of runs, and whose hands they came from, '' for own. */
  entries: (runs: readonly Uint8Array[], source: string) => void
  /** A member's role changed; none: it is a member no more. */
  member: (who: string, role: Role | undefined) => void
  /** An author said two things under one number; both are kept as the proof. */
  equivocation: (author: string, ids: readonly string[]) => void
  /** An entry was signed but not allowed. */
  refused: (id: string, author: string, fault: Fault) => void
  /** An accepted entry has no effect, for anybody. */
  voided: (id: string, reason: VoidReason | 'NOT_ITS_AUTHORS') => void
  /** Edits of a document could not be written; it was replaced without them. */
  lost: (error: Error) => void
  /** A key is missing here: somebody who has it must share it. */
  keyMissing: (keyIds: readonly string[]) => void
}
