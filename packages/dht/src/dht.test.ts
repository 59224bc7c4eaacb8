import { describe, expect, test } from 'vitest'
import { bytes, sha256, TestNetwork } from '../test/network.ts'

describe('a table', () => {
  test('what one peer puts every other gets', () => {
    const net = new TestNetwork(50)
    const put = net.put(3, { kind: 'public', name: 'greeting', value: bytes('hello') })
    expect(put).toMatchObject({ ok: true })
    for (let peer = 0; peer < 50; peer++) {
      expect(net.read(peer, { kind: 'public', name: 'greeting' })).toBe('hello')
    }
    const value = bytes('for ever')
    expect(net.put(7, { kind: 'immutable', value }).ok).toBe(true)
    expect(net.read(40, { kind: 'immutable', hash: sha256(value) })).toBe('for ever')
    expect(net.put(9, { kind: 'signed', value: bytes('mine') }).ok).toBe(true)
    const key = net.peers[9]?.signer.key as Uint8Array
    expect(net.read(11, { kind: 'signed', key })).toBe('mine')
    expect(net.read(12, { kind: 'public', name: 'nothing' })).toBeUndefined()
  })
})
