import { WireError } from '@pigeon/transport'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { decodeValue } from './decode-value.ts'
import { encodeValue } from './encode-value.ts'
import { Kind, MAX_DEPTH, MAX_VALUES, VIEWS } from './value.ts'

const again = (value: unknown) => decodeValue(encodeValue(value))

test('any value comes back equal', () => {
  const anything = fc.anything({
    withBigInt: true,
    withDate: true,
    withMap: true,
    withSet: true,
    withTypedArray: true,
    maxDepth: 5,
  })
  fc.assert(
    fc.property(anything, (value) => {
      expect(again(value)).toEqual(value)
    }),
  )
  for (const value of [-0, Number.NaN, Number.NEGATIVE_INFINITY, 2 ** 53, -(2 ** 53) + 1, 1e300]) {
    expect(Object.is(again(value), value)).toBe(true)
  }
  expect(again(new Date(Number.NaN))).toEqual(new Date(Number.NaN))
})

test('B6 every view comes back as the view it was, with just its bytes', () => {
  const buffer = Uint8Array.from({ length: 32 }, (_, index) => index).buffer
  for (const View of VIEWS) {
    const view = new View(buffer, 8, 2)
    const back = again([view]) as [ArrayBufferView]
    expect(back[0].constructor).toBe(View)
    expect(back).toEqual([view])
    expect(back[0].buffer.byteLength).toBe(view.byteLength)
  }
  expect(again(buffer)).toEqual(buffer)
  expect(again(Buffer.from('hi'))).toEqual(new Uint8Array([104, 105]))
})

test('what cannot be sent is refused, and says why', () => {
  const circle: unknown[] = []
  circle.push(circle)
  for (const wrong of [() => 1, Symbol('x'), new Error('x'), Promise.resolve(), /x/, circle]) {
    expect(() => encodeValue({ wrong })).toThrow(TypeError)
  }
  expect(() => encodeValue(new Array(MAX_VALUES).fill(0))).toThrow(RangeError)
})

test('a key like __proto__ is a key like any other', () => {
  const hostile = JSON.parse('{"__proto__": {"admin": true}, "constructor": 1}')
  const back = again(hostile) as Record<string, unknown>
  expect(Object.getPrototypeOf(back)).toBe(Object.prototype)
  expect(back['admin']).toBeUndefined()
  expect(Object.keys(back)).toEqual(['__proto__', 'constructor'])
})

test('hostile bytes throw a WireError and nothing else, at once', () => {
  const decode = (bytes: Uint8Array) => {
    try {
      decodeValue(bytes)
    } catch (error) {
      if (!(error instanceof WireError)) throw error
    }
  }
  fc.assert(fc.property(fc.uint8Array({ maxLength: 200 }), decode), { numRuns: 2000 })
  const valid = encodeValue({ a: [1, 'two', new Map([[3n, new Uint16Array(4)]])], b: new Date(5) })
  fc.assert(
    fc.property(fc.nat(valid.length - 1), fc.nat(255), fc.nat(valid.length), (at, byte, end) => {
      const changed = valid.slice(0, end)
      changed[at] = byte
      decode(changed)
    }),
    { numRuns: 2000 },
  )
  const bytes = (...values: number[]) => Uint8Array.from(values)
  const lies = [
    bytes(),
    bytes(Kind.array, 0xff, 0xff, 0xff, 0xff, 0x7f),
    bytes(Kind.view, 3, 1, 0),
    bytes(Kind.view, VIEWS.length, 0),
    bytes(Kind.null, Kind.null),
    bytes(Kind.bigint, 1, 0x2d),
    new Uint8Array(100_000).fill(Kind.array).map((_, at) => (at % 2 === 0 ? Kind.array : 1)),
    new Uint8Array(MAX_DEPTH * 2 + 4).map((_, at) => (at % 2 === 0 ? Kind.set : 1)),
  ]
  for (const lie of lies) expect(() => decodeValue(lie)).toThrow(WireError)
  const many = new Uint8Array(MAX_VALUES + 5)
  many.set([Kind.array, 0x80, 0x80, 0x40])
  expect(() => decodeValue(many)).toThrow(WireError)
})
