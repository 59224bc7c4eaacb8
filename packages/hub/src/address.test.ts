import { expect, test } from 'vitest'
import { addressKey } from './address.ts'

test('S4 an IPv4 address is itself, however it is written', () => {
  expect(addressKey('192.0.2.1')).toBe('192.0.2.1')
  expect(addressKey('::ffff:192.0.2.1')).toBe('192.0.2.1')
  expect(addressKey('::FFFF:192.0.2.1')).toBe('192.0.2.1')
})

test('S4 IPv6 addresses of one /64 are one, those of two are two', () => {
  const key = addressKey('2001:db8:0:12:aaaa:bbbb:cccc:dddd')
  expect(key).toBe('2001:db8:0:12::/64')
  expect(addressKey('2001:0DB8::12:1:2:3:4')).toBe(key)
  expect(addressKey('2001:db8:0:13::1')).not.toBe(key)
  expect(addressKey('fe80::1%eth0')).toBe('fe80:0:0:0::/64')
  expect(addressKey('::1')).toBe('0:0:0:0::/64')
})

test('other kinds of addresses count as they are', () => {
  expect(addressKey('')).toBe('')
  expect(addressKey('memory')).toBe('memory')
})
