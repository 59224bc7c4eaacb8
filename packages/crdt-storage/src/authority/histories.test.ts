import fc from 'fast-check'
import { expect, it } from 'vitest'
import { agrees, summary } from '../../test/against-model.ts'
import { authorityOf, History, steps } from '../../test/history.ts'

const RUNS = 150

it('agrees with the rules on random histories, in any order and on any part', () => {
  fc.assert(
    fc.property(steps, fc.infiniteStream(fc.nat(1000)), (taken, numbers) => {
      const history = new History(taken)
      const shuffled = history.all
        .map((said) => ({ said, at: numbers.next().value as number }))
        .sort((a, b) => a.at - b.at)
        .map(({ said }) => said)
      agrees(history, [history.all, shuffled, [...history.all, ...shuffled].reverse()])
    }),
    { numRuns: RUNS },
  )
})

it('keeps everything the creator wrote', () => {
  fc.assert(
    fc.property(steps, (taken) => {
      const { genesis, all, forged } = new History(taken)
      const { accepted } = authorityOf(genesis, all)
      const kept = new Set([...accepted].map(({ statement }) => statement.id))
      for (const { id, via, act } of all) {
        if (via === genesis.id && act.kind === 'data' && !forged.has(id)) {
          // A fork may name a past that was not accepted; what the creator wrote may not.
          const node = authorityOf(genesis, all).get(id)
          if (node !== undefined) expect(kept).toContain(id)
        }
      }
    }),
    { numRuns: RUNS / 3 },
  )
})

it('accepts nothing without what it builds on', () => {
  fc.assert(
    fc.property(steps, (taken) => {
      const { genesis, all } = new History(taken)
      const { accepted } = authorityOf(genesis, all)
      for (const { parents } of accepted) {
        for (const parent of parents) {
          if (parent.aclNumber < 0) expect(accepted.has(parent)).toBe(true)
        }
      }
    }),
    { numRuns: RUNS / 3 },
  )
})

it('changes nothing that counts when a grant is added', () => {
  fc.assert(
    fc.property(steps, fc.nat(4), (taken, whom) => {
      const history = new History(taken)
      const { genesis, all } = history
      const authority = authorityOf(genesis, all)
      const before = summary(authority).split(' | ')[0]
      const end = [...authority.ends].find(({ via }) => via?.statement === genesis)
      authority.add({
        id: 'late grant',
        author: genesis.author,
        via: genesis.id,
        seq: (end?.statement.seq ?? 0) + 1,
        prev: end?.statement.id ?? genesis.id,
        acl: authority.view.heads.map(({ statement }) => statement.id),
        deps: [],
        act: {
          kind: 'grant',
          who: ['ann', 'bob', 'cay', 'dan', 'eve'][whom] as string,
          role: 'admin',
        },
      })
      expect(summary(authority).split(' | ')[0]).toBe(before)
    }),
    { numRuns: RUNS / 3 },
  )
})

it('accepts what an entry had seen accepted only through its grant', () => {
  const picks = [0, 0, 0, 0, 0, 0]
  const taken = [
    ['write', 3, 0, picks],
    ['meet', 3, 0, picks],
    ['grant', 0, 0, picks],
    ['fork', 3, 0, picks],
    ['downgrade', 0, 2, [1, 0, 0, 0, 0, 0]],
    ['meet', 0, 2, picks],
    ['write', 2, 0, picks],
  ] as const
  const history = new History(
    taken.map(([what, who, whom, numbers]) => ({ do: what, who, whom, picks: numbers })),
  )
  agrees(history, [history.all])
})
