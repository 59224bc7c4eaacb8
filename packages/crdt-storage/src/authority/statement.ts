import type { Role } from './role.ts'

/** What an entry does, as far as it matters to who may do what. */
export type Act =
  | { readonly kind: 'genesis'; readonly epoch: string | undefined }
  | { readonly kind: 'grant'; readonly who: string; readonly role: Role }
  | {
      readonly kind: 'revoke'
      readonly who: string
      /** A role that stays: then it is a grant as well. */
      readonly leave: Role | undefined
      readonly epoch: string | undefined
    }
  | { readonly kind: 'rotate'; readonly epoch: string }
  | { readonly kind: 'data' | 'snapshot' | 'attest' }

/**
 * An entry without its content: all that decides what counts. Ids and authors are texts that are
 * compared and sorted, nothing else.
 */
export interface Statement {
  readonly id: string
  readonly author: string
  /** The grant it acts under: the genesis, a grant, or a revoke that leaves a role. Its own id for the genesis. */
  readonly via: string
  /** Its number in the chain of `author` and `via`. */
  readonly seq: number
  /** The entry before it in its chain. */
  readonly prev: string | undefined
  /** Entries about access that its author had seen, beyond those `prev` had. */
  readonly acl: readonly string[]
  /** Data of others it builds on. */
  readonly deps: readonly string[]
  readonly act: Act
}

/** Whether it is about content: data, a snapshot, or an attest. */
export function isData({ act: { kind } }: Statement): boolean {
  return kind === 'data' || kind === 'snapshot' || kind === 'attest'
}

/** Everything an entry names. */
export function namedBy({ via, id, prev, acl, deps }: Statement): string[] {
  const named = [...acl, ...deps]
  if (via !== id) named.push(via)
  if (prev !== undefined) named.push(prev)
  return named
}

/** The author's id if the entry gives somebody a role, and which. */
export function granted(statement: Statement): { who: string; role: Role } | undefined {
  const { act } = statement
  if (act.kind === 'genesis') return { who: statement.author, role: 'admin' }
  if (act.kind === 'grant') return act
  if (act.kind === 'revoke' && act.leave !== undefined) return { who: act.who, role: act.leave }
  return undefined
}

/** The key an act brings, if it begins an epoch. */
export function beginsEpoch(act: Act): string | undefined {
  return 'epoch' in act ? act.epoch : undefined
}
