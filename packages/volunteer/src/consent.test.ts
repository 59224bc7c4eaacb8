import { describe, expect, test } from 'vitest'
import { Crew, type Member } from '../test/crew.ts'
import { Consent, codeHash, decodeValue, encodeValue, type Offer, OwnFunctions } from './index.ts'

const CODE = 'export default (x) => 2 * x'

const offerOf = (signature: number[] = []): Offer => ({
  ...({} as Offer),
  hash: codeHash(CODE),
  author: Uint8Array.of(0xaa),
  signature: Uint8Array.from(signature),
})
const verify = (_bytes: Uint8Array, signature: Uint8Array) => signature[0] === 1

describe('what may run', () => {
  test('nothing, unless somebody says so', () => {
    expect(new Consent({}).accepts(offerOf())).toBe(false)
  })

  test('code that is listed', () => {
    expect(new Consent({ allowed: [codeHash(CODE)] }).accepts(offerOf())).toBe(true)
    expect(new Consent({ allowed: [codeHash('other')] }).accepts(offerOf())).toBe(false)
  })

  test.each([
    ['signed by a trusted author, and agreed to', [1], ['aa'], true, true],
    ['... not agreed to', [1], ['aa'], false, false],
    ['... not signed', [], ['aa'], true, false],
    ['... of an author who is not trusted', [1], ['bb'], true, false],
  ])('%s', async (_what, signature, authors, agrees, runs) => {
    const asked: Offer[] = []
    const ask = (offer: Offer) => asked.push(offer) > 0 && agrees
    const consent = new Consent({ authors, verify, ask })
    expect(await consent.accepts(offerOf(signature))).toBe(runs)
    expect(asked.length).toBe(signature.length > 0 && authors[0] === 'aa' ? 1 : 0)
  })

  test('nothing is fetched or computed before help, nor of code that was not accepted', async () => {
    const crew = Crew.grown(1)
    const member = crew.others[0] as Member
    member.volunteer.rest()
    const job = crew.root.volunteer.map<number, number>([1], { code: CODE })
    const results = crew.collect(job)
    await crew.until(() => false, 3000)
    expect(member.volunteer.offers.map(({ hash }) => hash)).toEqual([codeHash(CODE)])
    member.volunteer.help(new OwnFunctions(new Map([[codeHash('other'), () => 3]])))
    await crew.until(() => false, 3000)
    expect(job.stats.read).toBe(0)
    member.volunteer.help(new OwnFunctions(new Map([[codeHash(CODE), (x: number) => 2 * x]])))
    expect(await results).toEqual([2])
  })
})

test.each([
  [null],
  [undefined],
  [0],
  ['text'],
  [[1, { a: 2 }]],
  [Uint8Array.of(1, 2)],
  [''],
  [false],
])('%o is sent as it is', (value) => {
  expect(decodeValue(encodeValue(value))).toEqual(value)
})
