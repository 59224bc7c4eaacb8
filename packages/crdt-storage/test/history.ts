import fc from 'fast-check'
import { Authority } from '../src/authority/authority.ts'
import { ROLES } from '../src/authority/role.ts'
import { type Act, granted, isData, type Statement } from '../src/authority/statement.ts'
import type { Said } from './model/model.ts'

const PEOPLE = ['ann', 'bob', 'cay', 'dan', 'eve']

/** One step of a random history; numbers pick among what there is. */
export interface Step {
  readonly do: 'write' | 'grant' | 'revoke' | 'downgrade' | 'leave' | 'meet' | 'forge' | 'fork'
  readonly who: number
  readonly whom: number
  readonly picks: readonly number[]
}

/** Random histories of five people: partitions are people who do not meet. */
export const steps: fc.Arbitrary<Step[]> = fc.array(
  fc.record({
    do: fc.constantFrom<Step['do']>(
      ...(['write', 'write', 'write', 'meet', 'meet', 'meet', 'grant', 'grant'] as const),
      ...(['revoke', 'downgrade', 'leave', 'forge', 'forge', 'fork'] as const),
    ),
    who: fc.nat(4),
    whom: fc.nat(4),
    picks: fc.array(fc.nat(1000), { minLength: 6, maxLength: 6 }),
  }),
  { minLength: 10, maxLength: 70, size: 'max' },
)

/** What came of a history. */
export class History {
  readonly genesis: Statement
  /** Everything anybody said. */
  readonly all: Statement[] = []
  /** What each has, by their number. */
  readonly replicas: Authority[]
  /** What was said with a past its author had outgrown. */
  readonly forged: Set<string> = new Set()
  #count = 0

  constructor(steps: readonly Step[]) {
    this.genesis = {
      id: 'genesis',
      author: 'ann',
      via: 'genesis',
      seq: 0,
      prev: undefined,
      acl: [],
      deps: [],
      act: { kind: 'genesis', epoch: undefined },
    }
    this.all.push(this.genesis)
    this.replicas = PEOPLE.map(() => openAuthority(this.genesis))
    this.#begin()
    for (const step of steps) this.#run(step)
  }

  /** Bob is an admin, Cay one by his word, Dan and Eve write. */
  #begin(): void {
    this.#say(0, { kind: 'grant', who: 'bob', role: 'admin' })
    this.#say(0, { kind: 'grant', who: 'dan', role: 'write' })
    this.#meet(0, 1)
    this.#say(1, { kind: 'grant', who: 'cay', role: 'admin' })
    this.#say(1, { kind: 'grant', who: 'eve', role: 'write' })
    for (const who of [0, 2, 3, 4]) this.#meet(1, who)
  }

  #run({ do: what, who, whom, picks }: Step): void {
    const author = PEOPLE[who] as string
    const victim = PEOPLE[whom] as string
    const role = ROLES[1 + ((picks[0] as number) % 3)] as 'read' | 'write' | 'admin'
    if (what === 'meet') this.#meet(who, whom)
    else if (what === 'write') this.#say(who, { kind: 'data' })
    else if (what === 'grant') this.#say(who, { kind: 'grant', who: victim, role })
    else if (what === 'revoke') this.#say(who, revoke(victim, undefined))
    else if (what === 'downgrade') this.#say(who, revoke(victim, role))
    else if (what === 'leave') this.#say(who, revoke(author, picks[1] === 0 ? role : undefined))
    else if (what === 'fork') this.#fork(who, picks)
    else this.#forge(who, victim, role, picks)
  }

  /** An honest entry: it names the heads of what its author holds valid and accepted. */
  #say(who: number, act: Act): void {
    const author = PEOPLE[who] as string
    const mine = this.replicas[who] as Authority
    const isOwnLeave = act.kind === 'revoke' && act.who === author
    const needed = act.kind === 'data' ? 'write' : isOwnLeave ? 'relay' : 'admin'
    const via = mine.view.grantOf(author, needed)
    if (via === undefined) return
    if (isOwnLeave && (via.via === undefined || (act.leave && act.leave !== 'read'))) return
    const prev = [...mine.ends].find(
      ({ chain, statement }) =>
        chain === `${author}/${via.statement.id}` ||
        (statement.id === via.statement.id && via.via === undefined),
    )
    const own = prev?.chain === `${author}/${via.statement.id}` ? prev : undefined
    this.#add(who, {
      id: this.#id(),
      author,
      via: via.statement.id,
      seq: own === undefined ? 0 : own.statement.seq + 1,
      prev: own?.statement.id,
      acl: mine.view.heads.filter((node) => node !== own).map(({ statement }) => statement.id),
      deps: [...mine.heads].filter((node) => node !== own).map(({ statement }) => statement.id),
      act,
    })
  }

  /** Anything a member could sign, with any past. */
  #forge(
    who: number,
    whom: string,
    role: 'read' | 'write' | 'admin',
    picks: readonly number[],
  ): void {
    const author = PEOPLE[who] as string
    const vias = this.all.filter((said) => granted(said)?.who === author)
    const via = pick(vias, picks[1])
    if (via === undefined) return
    const chain = this.all.filter(
      (said) => said.author === author && (said.via === via.id || said.id === via.id),
    )
    const prev = pick(
      [...chain.filter((said) => said.author === author && said.via === via.id), undefined],
      picks[2],
    )
    const acl = this.all.filter((said) => !isData(said))
    const data = this.all.filter(isData)
    const kind = (picks[0] as number) % 4
    this.forged.add(`e${this.#count + 1}`)
    this.#add((picks[5] as number) % 5, {
      id: this.#id(),
      author,
      via: via.id,
      seq: prev === undefined ? 0 : prev.seq + 1,
      prev: prev?.id,
      acl: unique([pick(acl, picks[3]), pick(acl, picks[4])]),
      deps: unique([pick([...data, undefined], picks[3]), pick([...data, undefined], picks[4])]),
      act:
        kind < 2
          ? { kind: 'data' }
          : kind === 2
            ? { kind: 'grant', who: whom, role }
            : revoke(whom, (picks[3] as number) % 2 ? role : undefined),
    })
  }

  /** A second entry under a number that was used, otherwise as the first. */
  #fork(who: number, picks: readonly number[]): void {
    const author = PEOPLE[who] as string
    const mine = this.all.filter((said) => said.author === author && said.act.kind !== 'genesis')
    const twin = pick(mine, picks[1])
    if (twin === undefined) return
    this.#add((picks[2] as number) % 5, { ...twin, id: this.#id() })
  }

  #id(): string {
    return `e${++this.#count}`
  }

  #add(who: number, statement: Statement): void {
    this.all.push(statement)
    const mine = this.replicas[who] as Authority
    if (mine.missing(statement).length === 0) mine.add(statement)
  }

  #meet(a: number, b: number): void {
    const one = this.replicas[a] as Authority
    const other = this.replicas[b] as Authority
    for (const { statement } of [...one.nodes]) give(other, statement)
    for (const { statement } of [...other.nodes]) give(one, statement)
  }
}

/** An authority over a space whose content is public. */
function openAuthority(genesis: Statement): Authority {
  return new Authority(genesis, { isPrivate: false, isFrozen: false })
}

/** One that has all of these, which may come in any order, and twice. */
export function authorityOf(genesis: Statement, statements: readonly Statement[]): Authority {
  const authority = openAuthority(genesis)
  let waiting = statements.filter(({ id }) => id !== genesis.id)
  for (;;) {
    const still = waiting.filter((said) => !give(authority, said))
    if (still.length === waiting.length) return authority
    waiting = still
  }
}

/** As the model has it. */
export function toSaid({ act, prev, ...rest }: Statement): Said {
  const role = act.kind === 'grant' ? act.role : act.kind === 'revoke' ? act.leave : undefined
  return {
    ...rest,
    kind: act.kind as Said['kind'],
    ...(prev === undefined ? {} : { prev }),
    ...('who' in act ? { who: act.who } : {}),
    ...(role === undefined ? {} : { role: ROLES.indexOf(role) }),
  }
}

function give(authority: Authority, statement: Statement): boolean {
  if (authority.missing(statement).length > 0) return false
  authority.add(statement)
  return true
}

function revoke(who: string, leave: 'read' | 'write' | 'admin' | undefined): Act {
  return { kind: 'revoke', who, leave, epoch: undefined }
}

function pick<T>(from: readonly T[], number: number | undefined): T | undefined {
  return from.length === 0 ? undefined : from[(number ?? 0) % from.length]
}

function unique(from: readonly (Statement | undefined)[]): string[] {
  return [...new Set(from.flatMap((said) => (said === undefined ? [] : [said.id])))]
}
