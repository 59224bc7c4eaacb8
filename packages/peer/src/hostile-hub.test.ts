import { Identity, ProvenLinks, SealedLinks } from '@pigeon/identity'
import { systemCrypto } from '@pigeon/identity/system'
import type { Link, LinkFactory, Refusal, Signal } from '@pigeon/transport'
import { systemClock, systemRandom } from '@pigeon/transport/system'
import { WebRtcLinks } from '@pigeon/webrtc'
import { weriftEngine } from '@pigeon/webrtc/werift'
import { beforeAll, describe, expect, test } from 'vitest'

const LINKS = 10
const world = { clock: systemClock, random: systemRandom }
/** For ends that may hear nothing at all. */
const HURRIED_MS = 2500
/** For links that come to an end by themselves, however busy the machine is. */
const PATIENT_MS = 30_000
const webRtc = (connectTimeoutMs: number) =>
  new WebRtcLinks({ engine: weriftEngine(), ...world, connectTimeoutMs })

let alice: Identity
let bob: Identity

beforeAll(async () => {
  const identity = () => Identity.create({ crypto: systemCrypto, ...world })
  ;[alice, bob] = [await identity(), await identity()]
})

/** The links of one peer, as `joinMesh` makes them. */
function links(identity: Identity, password: string | undefined, timeoutMs: number): LinkFactory {
  const network = 'hostile'
  const inner = webRtc(timeoutMs)
  const sealed =
    password && new SealedLinks({ links: inner, network, password, timeoutMs, ...world })
  const { verify } = systemCrypto
  return new ProvenLinks({ links: sealed || inner, identity, network, verify, timeoutMs, ...world })
}

interface End {
  readonly log: string[]
  refusal: Refusal | undefined
  readonly ended: Promise<void>
}

function watch(link: Link): End {
  let done = () => {}
  const end: End = {
    log: [],
    refusal: undefined,
    ended: new Promise((resolve) => {
      done = resolve
    }),
  }
  link.on('open', () => end.log.push('open'))
  link.on('close', (reason, refusal) => {
    end.log.push(reason)
    end.refusal = refusal
    done()
  })
  return end
}

/** Both ends of links whose signals pass through a hub that does as it likes. */
async function attack(
  password: string | undefined,
  hub: (alices: Link, bobs: Link) => void,
  timeoutMs: number = HURRIED_MS,
): Promise<End[]> {
  const ends: End[] = []
  for (let count = 0; count < LINKS; count++) {
    const a = links(alice, password, timeoutMs).create({
      self: alice.id,
      remote: bob.id,
      dial: true,
    })
    const b = links(bob, password, timeoutMs).create({
      self: bob.id,
      remote: alice.id,
      dial: false,
    })
    ends.push(watch(a), watch(b))
    hub(a, b)
  }
  // Of an end that heard nothing at all the time is over sooner or later.
  await Promise.all(ends.map(({ ended }) => ended))
  return ends
}

/** A hub that links with both ends itself and passes on all they say. */
function between(alices: Link, bobs: Link): void {
  const hubs = webRtc(PATIENT_MS)
  const asBob = hubs.create({ self: bob.id, remote: alice.id, dial: false })
  const asAlice = hubs.create({ self: alice.id, remote: bob.id, dial: true })
  for (const [link, other] of [
    [alices, asBob],
    [asAlice, bobs],
  ] as const) {
    link.on('signal', (signal) => other.signal(signal))
    other.on('signal', (signal) => link.signal(signal))
  }
  pass(asBob, asAlice)
  pass(asAlice, asBob)
}

/** Passes on each frame as soon as the way on is there. */
function pass(from: Link, to: Link): void {
  const held: Uint8Array[] = []
  from.on('frame', (frame) => {
    if (to.send(frame) !== 'sent') held.push(frame)
  })
  to.on('open', () => {
    for (const frame of held.splice(0)) to.send(frame)
  })
}

/** A hub that changes what it carries. */
const changing = (change: (signal: Signal) => Signal) => (a: Link, b: Link) => {
  a.on('signal', (signal) => b.signal(change(signal)))
  b.on('signal', (signal) => a.signal(change(signal)))
}

const FINGERPRINT = /(a=fingerprint:sha-256 )([0-9A-F:]+)/gi
const other = `${'FE:'.repeat(31)}DC`

describe('of ten links over a hub that', () => {
  test('puts itself in the middle, none opens', async () => {
    for (const { log, refusal } of await attack(undefined, between, PATIENT_MS)) {
      expect([log, refusal?.code]).toEqual([['rejected'], 'PROOF_INVALID'])
    }
  }, 60_000)

  test.each([
    ['swaps fingerprints', (sdp: string) => sdp.replace(FINGERPRINT, `$1${other}`)],
    ['adds a fingerprint', (sdp: string) => sdp.replace(FINGERPRINT, `$&\r\n$1${other}`)],
    [
      'puts one in front',
      (sdp: string) => sdp.replace('\r\nm=', `\r\na=fingerprint:sha-256 ${other}\r\nm=`),
    ],
  ])(
    '%s, none opens',
    async (what, change) => {
      const hub = changing((signal) =>
        'sdp' in signal ? { ...signal, sdp: change(signal.sdp) } : signal,
      )
      const ends = await attack(undefined, hub)
      expect(ends.filter(({ log }) => log.includes('open'))).toEqual([])
      if (what === 'swaps fingerprints') return
      const codes = ends.map(({ refusal }) => refusal?.code)
      expect(codes.filter((code) => code === 'FINGERPRINT').length).toBeGreaterThanOrEqual(LINKS)
    },
    60_000,
  )

  test('answers in place of the other end, none opens', async () => {
    const ends = await attack('correct horse', between)
    expect(ends.filter(({ log }) => log.includes('open'))).toEqual([])
  }, 60_000)

  test('keeps the rules, all open', async () => {
    for (const password of [undefined, 'correct horse']) {
      const ends = await attack(
        password,
        (a, b) => {
          changing((signal) => signal)(a, b)
          b.on('open', () => setTimeout(() => void b.close(), 100))
        },
        PATIENT_MS,
      )
      for (const { log } of ends) expect(log[0]).toBe('open')
    }
  }, 60_000)
})
