import type { PeerId } from '@pigeon/xor'
import { expect, test } from 'vitest'
import { Contacts } from './contacts.ts'

const id = (n: number) => n.toString(16).padStart(40, '0') as PeerId
const [SELF, A, B, C] = [id(1), id(2), id(3), id(4)]
const card = (peer: PeerId, ageMs = 0, free = 3) => ({ id: peer, ageMs, free })

function known(...peers: PeerId[]) {
  const contacts = new Contacts(SELF, 1000)
  for (const peer of peers) contacts.learn(card(peer), { teller: C, way: [C] }, 0)
  return contacts
}

test('of cards the youngest counts; those above 90 s, and of this peer, do not', () => {
  const contacts = new Contacts(SELF, 10)
  const learn = (peer: PeerId, ageMs: number, free: number) =>
    contacts.learn(card(peer, ageMs, free), { teller: B, way: [B] }, 100_000)
  expect([learn(SELF, 0, 1), learn(A, 90_000, 1), learn(A, 89_999, 1)]).toEqual([
    false,
    false,
    true,
  ])
  expect([learn(A, 500, 2), learn(A, 600, 4), contacts.get(A)?.free]).toEqual([false, false, 2])
  // Nothing is known of its places: what was known stays.
  expect([learn(A, 0, 255), contacts.get(A)?.free]).toEqual([false, 2])
})

test('a neighbour’s way beats the hub, which tells of no way', () => {
  const contacts = known(A)
  expect(contacts.mentioned(A, 10)).toBe(false)
  expect([contacts.tellerOf(A), contacts.get(A)?.source.way]).toEqual([C, [C]])
  expect([contacts.mentioned(B, 10), contacts.tellerOf(B)]).toEqual([true, undefined])
})

test('of too many contacts the one with the oldest news is forgotten', () => {
  const contacts = new Contacts(SELF, 2)
  for (const peer of [A, B]) contacts.mentioned(peer, 0)
  contacts.mentioned(A, 1)
  contacts.mentioned(C, 2)
  expect([[...contacts.ids], [...contacts.table.values()]]).toEqual([
    [A, C],
    [A, C],
  ])
})

test('a dead peer counts again only with a card a second younger than its death', () => {
  const contacts = known(A)
  contacts.died(A, 5000)
  expect(contacts.has(A)).toBe(false)
  const learn = (now: number, ageMs: number) => contacts.learn(card(A, ageMs), { teller: B }, now)
  expect([learn(6000, 0), learn(9000, 3000), learn(9000, 2999)]).toEqual([false, false, true])
})

test('deaths are told for 90 s, and as many are remembered as contacts', () => {
  const contacts = new Contacts(SELF, 2)
  for (const peer of [A, B, C]) contacts.died(peer, 1000)
  contacts.died(SELF, 1000)
  expect(contacts.recentDeaths(2000, 16)).toEqual([B, C].map((peer) => card(peer, 1000, 0)))
  expect(contacts.recentDeaths(2000, 1).map((death) => death.id)).toEqual([C])
  expect(contacts.recentDeaths(91_000, 16)).toEqual([])
  expect(contacts.mentioned(A, 1000)).toBe(true)
})

test('a death counts once two neighbours report it, and not before later news', () => {
  const contacts = known(A)
  contacts.learn(card(A), { teller: C }, 2000)
  expect([contacts.reported(A, B, 1999), contacts.reported(A, C, 1999)]).toEqual([false, false])
  expect([contacts.reported(A, B, 2000), contacts.reported(A, B, 2000)]).toEqual([false, false])
  expect([contacts.reported(A, C, 2000), contacts.has(A)]).toEqual([true, false])
  expect(contacts.reported(B, C, 2000)).toBe(false)
})

test('a link clears what was reported', () => {
  const contacts = known(A)
  contacts.reported(A, B, 1)
  contacts.linked(A, 1)
  expect([contacts.reported(A, C, 2), contacts.has(A)]).toEqual([false, true])
})

test('who does not answer is left alone for 3 s, then 6 s, and is dead after the third time', () => {
  const contacts = known(A)
  const mayTry = (now: number) => {
    contacts.release(now)
    return contacts.table.has(A)
  }
  contacts.unanswered(A, 0)
  expect([mayTry(2999), mayTry(3000), contacts.failures(A)]).toEqual([false, true, 1])
  contacts.unanswered(A, 10_000)
  expect([mayTry(15_999), mayTry(16_000)]).toEqual([false, true])
  contacts.unanswered(A, 20_000)
  expect([contacts.has(A), contacts.recentDeaths(20_000, 9)]).toEqual([false, [card(A, 0, 0)]])
})

test('forgiving ends quarantines at once, a link also the count', () => {
  const contacts = known(A)
  contacts.unanswered(A, 0)
  contacts.forgive()
  expect([contacts.table.has(A), contacts.failures(A)]).toEqual([true, 1])
  contacts.linked(A, 1)
  expect(contacts.failures(A)).toBe(0)
})

test('old cards are swept, but for those to keep', () => {
  const contacts = known(A, B)
  contacts.sweep(89_999, new Set())
  expect(contacts.ids.size).toBe(2)
  contacts.sweep(90_000, new Set([B]))
  expect([...contacts.ids]).toEqual([B])
})

test('a banned peer is not known, whoever tells of it, until it is let in again', () => {
  const contacts = known(A, B)
  contacts.ban(A)
  expect([contacts.has(A), contacts.table.has(A), contacts.isBanned(A)]).toEqual([
    false,
    false,
    true,
  ])
  expect([contacts.mentioned(A, 5), contacts.learn(card(A), { teller: B }, 5)]).toEqual([
    false,
    false,
  ])
  contacts.unban(A)
  expect(contacts.mentioned(A, 6)).toBe(true)
})

test('of more than 10,000 banned peers those banned last count', () => {
  const contacts = new Contacts(SELF, 10)
  for (let n = 0; n <= 10_000; n++) contacts.ban(id(100 + n))
  expect([100, 101, 10_100].map((n) => contacts.isBanned(id(n)))).toEqual([false, true, true])
})
