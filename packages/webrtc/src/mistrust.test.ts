import type { Refusal } from '@pigeon/transport'
import { describe, expect, test } from 'vitest'
import { fakePeer } from './fixtures/fake-engine.ts'
import { fakeLinks, openFakePair } from './fixtures/fake-pair.ts'
import { A, B, pair } from './fixtures/pair.ts'
import { settle } from './fixtures/virtual-clock.ts'
import type { WebRtcLink } from './link.ts'

const OTHER = `${'fe:'.repeat(31)}dc`
const mistrusted = ['failed', { code: 'FINGERPRINT', by: 'self' }]

/** How a link ends. */
function ends(link: WebRtcLink): [string, Refusal | undefined][] {
  const seen: [string, Refusal | undefined][] = []
  link.on('close', (...end) => seen.push(end as [string, Refusal | undefined]))
  return seen
}

describe('the certificates of a link', () => {
  test('are known at both ends once it is open', async () => {
    const { a, b } = await openFakePair()
    expect(a.fingerprints?.local).toHaveLength(32)
    expect(a.fingerprints).toEqual({
      local: b.fingerprints?.remote,
      remote: b.fingerprints?.local,
    })
    expect(a.fingerprints?.local).not.toEqual(a.fingerprints?.remote)
  })

  test.each([
    ['another is added', (sdp: string) => `${sdp}a=fingerprint:sha-256 ${OTHER}\r\n`],
    [
      'another comes first',
      (sdp: string) => sdp.replace('m=', `a=fingerprint:sha-256 ${OTHER}\r\nm=`),
    ],
    ['its hash is another', (sdp: string) => sdp.replace('sha-256', 'sha-512')],
  ])('end it before it opens where %s', async (_what, change) => {
    const { links } = fakeLinks()
    const a = links.create({ self: A, remote: B, dial: true })
    const b = links.create({ self: B, remote: A, dial: false })
    const opens: string[] = []
    b.on('open', () => opens.push('open'))
    a.on('signal', (signal) =>
      b.signal('sdp' in signal ? { ...signal, sdp: change(signal.sdp) } : signal),
    )
    b.on('signal', (signal) => a.signal(signal))
    const seen = ends(b)
    await settle()
    expect([seen, opens]).toEqual([[mistrusted], []])
  })

  test('end it where a later description promises another', async () => {
    for (const type of ['offer', 'answer']) {
      const { a, b, engine } = await openFakePair()
      const seen = ends(b)
      if (type === 'answer') fakePeer(b).fire('negotiationneeded')
      const sdp = (a.peer?.localDescription?.sdp ?? '').replace(/(sha-256 ).*/, `$1${OTHER}`)
      b.signal({ type, connection: b.connection, sdp })
      await settle()
      expect([type, seen]).toEqual([type, [mistrusted]])
      for (const peer of engine.peers) expect(peer.remoteDescription?.sdp).not.toContain(OTHER)
    }
  })

  test('may be described again', async () => {
    const { a, b } = pair(fakeLinks().links)
    await settle()
    fakePeer(a).fire('negotiationneeded')
    await settle()
    expect([a.state, b.state]).toEqual(['open', 'open'])
  })
})
