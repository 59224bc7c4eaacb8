import { expect, test } from 'vitest'
import { isLocal, linkTo } from './link.ts'

test('a link names the network, and the hub if it is another than the page’s', () => {
  expect(linkTo('http://localhost:3000/', 'demo')).toBe('http://localhost:3000/?network=demo')
  expect(linkTo('https://example.org/a/?x=1&api=wss://hub.example.org', 'my net')).toBe(
    'https://example.org/a/?network=my+net&api=wss%3A%2F%2Fhub.example.org',
  )
})

test('it is told apart whether other machines can follow it', () => {
  const local = ['http://localhost:3000/', 'http://127.0.0.1/', 'http://[::1]:80/']
  expect(local.every(isLocal)).toBe(true)
  expect(isLocal('https://192.168.1.5:3443/')).toBe(false)
})
