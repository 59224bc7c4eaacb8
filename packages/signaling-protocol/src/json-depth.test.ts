import { describe, expect, it } from 'vitest'
import { decodeV1Frame } from './v1.ts'

const utf8 = new TextEncoder()

/** A frame of more than 4 kB whose data are so deep. */
function frame(depth: number, padding = 'x'.repeat(5000)): Uint8Array {
  const data = `${'['.repeat(depth)}${']'.repeat(depth)}`
  return utf8.encode(`{"type":"offer","padding":${JSON.stringify(padding)},"data":${data}}`)
}

describe('S5 deeply nested JSON', () => {
  it('is read to a depth of 64 and no further', () => {
    expect(decodeV1Frame(frame(63))?.type).toBe('offer')
    expect(decodeV1Frame(frame(64))).toBeUndefined()
    expect(decodeV1Frame(frame(30_000))).toBeUndefined()
  })

  it('does not count brackets within strings', () => {
    const text = `\\"${'[{'.repeat(3000)}\\`
    expect(decodeV1Frame(frame(1, text))?.type).toBe('offer')
    expect(decodeV1Frame(frame(64, text))).toBeUndefined()
  })

  it('counts what is open at one time, not in all', () => {
    const many = `[${'[{}],'.repeat(2000)}0]`
    expect(decodeV1Frame(utf8.encode(`{"type":"offer","data":${many}}`))?.type).toBe('offer')
  })
})
