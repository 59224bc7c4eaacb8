import { bytesToHex, hexToBytes, utf8ToBytes } from '@noble/hashes/utils.js'
import { describe, expect, test } from 'vitest'
import {
  calculateGenerator,
  generatorString,
  intermediateKey,
  lvCat,
  publicShare,
  sharedPoint,
  toScalar,
} from './cpace.ts'

/** draft-irtf-cfrg-cpace-21, B.3. */
const input = {
  password: utf8ToBytes('Password'),
  context: hexToBytes('0b415f696e69746961746f720b425f726573706f6e646572'),
  sessionId: hexToBytes('7e4b4791d6a8ef019b936c79fb7f2c57'),
}
const ya = 'da3d23700a9e5699258aef94dc060dfda5ebb61f02a5ea77fad53f4ff0976d08'
const yb = 'd2316b454718c35362d83d69df6320f38578ed5984651435e2949762d900b80d'
const initiator = {
  share: hexToBytes('d6bac480f2c386c394efc7c47adb9925dcd2630b64f240c50f8d0eec482b9157'),
  data: utf8ToBytes('ADa'),
}
const responder = {
  share: hexToBytes('3ea7e0b19560d7c0b0f5734f63b955286dfa8232b5ebe63324e2d9e7433f7258'),
  data: utf8ToBytes('ADb'),
}
const point = '80b69a8a76457ab6a4d7f887a4bf6b55a2f80ac19c333f917a05fc9887c8b40f'
const key =
  'b69effbf61b51d56401c0f65601abe428de8206feaaf0e32198896dcae7b35cd2b38950a39dfd5d4a79164614c2984f7daa460b588c1e80c3fa2068af7900447'

describe('CPace gives the vectors of its draft', () => {
  test('for strings, with lengths of one and two bytes', () => {
    const parts = ['1234', '5', '', '678'].map(utf8ToBytes)
    expect(bytesToHex(lvCat(...parts))).toBe('043132333401350003363738')
    expect(bytesToHex(lvCat(new Uint8Array(128))).slice(0, 4)).toBe('8001')
  })

  test('for the generator', () => {
    const text = bytesToHex(generatorString(input))
    expect(text.length).toBe(2 * 170)
    expect(text.startsWith('11435061636552697374726574746f3235350850617373776f72646400')).toBe(true)
    expect(bytesToHex(calculateGenerator(input).toBytes())).toBe(
      '222b6b195fe84b1652badb6f6a3ae3d24341e7306967f0b8115b40d5698c7e56',
    )
  })

  test('for the shares, the secret point and the key', () => {
    const generator = calculateGenerator(input)
    const [a, b] = [toScalar(hexToBytes(ya)), toScalar(hexToBytes(yb))]
    expect(publicShare(generator, a)).toEqual(initiator.share)
    expect(publicShare(generator, b)).toEqual(responder.share)
    expect(bytesToHex(sharedPoint(a, responder.share) as Uint8Array)).toBe(point)
    expect(bytesToHex(sharedPoint(b, initiator.share) as Uint8Array)).toBe(point)
    const found = intermediateKey(input.sessionId, hexToBytes(point), initiator, responder)
    expect(bytesToHex(found)).toBe(key)
  })

  test('for a point and a scalar', () => {
    const scalar = toScalar(
      hexToBytes('7cd0e075fa7955ba52c02759a6c90dbbfc10e6d40aea8d283e407d88cf538a05'),
    )
    const share = hexToBytes('2c3c6b8c4f3800e7aef6864025b4ed79bd599117e427c41bd47d93d654b4a51c')
    expect(bytesToHex(sharedPoint(scalar, share) as Uint8Array)).toBe(
      '7c13645fe790a468f62c39beb7388e541d8405d1ade69d1778c5fe3e7f6b600e',
    )
  })

  test('and stops at a share that is no point, or the neutral one', () => {
    const scalar = toScalar(hexToBytes(ya))
    for (const share of [
      '2b3c6b8c4f3800e7aef6864025b4ed79bd599117e427c41bd47d93d654b4a51c',
      '0000000000000000000000000000000000000000000000000000000000000000',
      'edffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f',
      'ffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff',
    ]) {
      expect(sharedPoint(scalar, hexToBytes(share))).toBeUndefined()
    }
  })
})

test('a long password pads nothing', () => {
  const long = { ...input, password: new Uint8Array(300) }
  expect(generatorString(long).length).toBe(18 + 302 + 1 + 25 + 17)
})
