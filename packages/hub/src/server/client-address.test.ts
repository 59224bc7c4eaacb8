import { createServer, type IncomingMessage, request } from 'node:http'
import type { AddressInfo } from 'node:net'
import { expect, test } from 'vitest'
import { clientAddress } from './client-address.ts'

/** The address that a request with such a header seems to come from, behind so many proxies. */
async function seen(forwardedFor: string | string[] | undefined, proxies: number): Promise<string> {
  let address = ''
  const server = createServer((message: IncomingMessage, response) => {
    address = clientAddress(message, proxies)
    response.end()
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const { port } = server.address() as AddressInfo
  const headers = forwardedFor === undefined ? {} : { 'X-Forwarded-For': forwardedFor }
  await new Promise((resolve, reject) => {
    request({ host: '127.0.0.1', port, headers, agent: false }, (response) => {
      response.resume()
      response.on('end', resolve)
    })
      .on('error', reject)
      .end()
  })
  await new Promise((resolve) => server.close(resolve))
  return address
}

test('S4 without proxies of one’s own nobody can write where they come from', async () => {
  expect(await seen('203.0.113.9', 0)).toBe('127.0.0.1')
})

test('S4 behind proxies the address is what the first of one’s own wrote', async () => {
  expect(await seen('203.0.113.9', 1)).toBe('203.0.113.9')
  expect(await seen('10.9.9.9, 203.0.113.9', 1)).toBe('203.0.113.9')
  expect(await seen('10.9.9.9, 203.0.113.9, 198.51.100.2', 2)).toBe('203.0.113.9')
  expect(await seen(['10.9.9.9', '2001:db8::7'], 1)).toBe('2001:db8::7')
})

test('S4 a header that makes no sense, is short or is missing counts as none', async () => {
  for (const header of ['nonsense', '203.0.113.9', '', undefined]) {
    expect(await seen(header, 2)).toBe('127.0.0.1')
  }
})
