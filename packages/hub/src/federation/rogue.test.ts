import { Keys, peerIdFromKey, type SigningKey } from '@pigeon/identity'
import { systemCrypto } from '@pigeon/identity/system'
import { hubProofBytes } from '@pigeon/signaling-protocol'
import { seededRandom } from '@pigeon/transport/testing'
import { type PeerId, peerIdFromName } from '@pigeon/xor'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { HubWorld, type Member, SECRET } from '../../test/hub-network.ts'
import { hexFromBytes } from '../hex.ts'
import { type Advert, advertFrame } from './advert.ts'
import { type Claim, datedNonce } from './claim.ts'
import { decodeClaimMessage, encodeClaimMessage } from './claim-messages.ts'
import { decodeGreeting } from './greeting.ts'
import { checkEvidence } from './hub-evidence.ts'
import { HUB_SUBPROTOCOL, HubSocket } from './hub-socket.ts'
import { decodeParcel } from './parcels.ts'
import { HubTrust } from './trust.ts'

/** A hub that knows the secret and does as it likes. */
function rogue(world: HubWorld, target: number): HubSocket {
  const self = peerIdFromName('rogue')
  const { clock, random } = world.network.host(self)
  const socket = world.network.connector(self)(`ws://hub${target}:3000`, [HUB_SUBPROTOCOL])
  return new HubSocket(socket, true, {
    ...{ self, namespace: 'pigeonhub-mesh', incarnation: 1, url: () => '', port: () => 0 },
    ...{ trust: new HubTrust({ secrets: [SECRET] }), clock, random },
    ...{ maxFrameBytes: 1024 * 1024, windowBytes: 64 * 1024 * 1024 },
  })
}

describe('rogue hubs', () => {
  test('F16 one that floods loses its link, and others notice nothing', () => {
    const world = new HubWorld(21)
    world.start(3)
    world.until(() => world.isWhole)
    const [alice, bob] = [world.member(1), world.member(2)] as [Member, Member]
    world.simulation.runFor(2000)
    const flood = rogue(world, 0)
    let end = ''
    flood.on('close', (why) => {
      end = why
    })
    world.simulation.runFor(100)
    expect(flood.isOpen).toBe(true)
    for (let round = 0; round < 10; round++) {
      for (let count = 0; count < 10_000; count++) flood.send(Uint8Array.of(2, 9, count & 255))
      world.simulation.runFor(10)
    }
    alice.say(bob)
    world.simulation.runFor(1000)
    expect(end).toBe('FLOOD')
    expect(bob.relayed).toEqual([`${alice.id} hello`])
    expect(world.hubs[1]?.node.hubs.map(({ hubPeerId }) => hubPeerId)).not.toContain(
      peerIdFromName('rogue'),
    )
  })

  test('one that speaks in the name of a hub with a key is not believed, and loses its link', () => {
    const world = new HubWorld(24)
    const keyOf = (seed: number) =>
      systemCrypto.signingKey(new Uint8Array(32).fill(seed)) as SigningKey
    const { verify } = systemCrypto
    for (const index of [0, 1]) {
      const key = keyOf(1 + index)
      const trust = new HubTrust({ secrets: [SECRET], key })
      world.hub(index, { hubPeerId: peerIdFromKey(key.publicKey), trust, verify })
    }
    expect(world.until(() => world.isWhole)).toBe(true)
    const liar = rogue(world, 0)
    let end = ''
    liar.on('close', (why) => {
      end = why
    })
    world.simulation.runFor(100)
    const victim = world.hubs[1]?.id as PeerId
    const lie = (seq: number, proof: Advert['proof']): void => {
      const said = {
        origin: victim,
        incarnation: 2 ** 45,
        seq,
        links: new Map(),
      }
      const rest = { url: 'ws://evil:1', region: '', load: 0, draining: true, proof }
      liar.send(advertFrame(1, [{ ...said, ...rest }]))
    }
    const seen = () => world.hubs[0]?.node.hubs.find(({ hubPeerId }) => hubPeerId === victim)
    lie(1, undefined)
    lie(2, { key: keyOf(7).publicKey, signature: new Uint8Array(64) })
    world.simulation.runFor(100)
    expect([seen()?.url, seen()?.draining, end]).toEqual(['ws://hub1:3000', false, ''])
    const { publicKey } = keyOf(2)
    for (let seq = 3; seq < 20; seq++) lie(seq, { key: publicKey, signature: new Uint8Array(64) })
    world.simulation.runFor(1000)
    expect(end).toBe('FLOOD')
    expect(world.isWhole).toBe(true)
  })

  test('any bytes at all from one neither throw nor reach others', () => {
    const world = new HubWorld(22)
    world.start(2)
    world.until(() => world.isWhole)
    const link = rogue(world, 0)
    world.simulation.runFor(100)
    const random = seededRandom(22)
    for (let count = 0; count < 2000; count++) {
      const frame = random.fill(new Uint8Array(1 + (count % 200)))
      frame[0] = count % 3
      // Half of them are routed to the hub itself, to each of its services.
      if (count % 2 === 0 && frame.length > 43) {
        frame.set([2, 5], 0)
        frame.set(bytesOf(world.hubs[0]?.id as PeerId), 2)
        frame[42] = count % 7
      }
      link.send(frame)
      if (count % 100 === 0) world.simulation.runFor(10)
    }
    world.simulation.runFor(2000)
    expect(world.hubs[0]?.node.hubs.length).toBeGreaterThanOrEqual(1)
    const [alice, bob] = [world.member(0), world.member(1)] as [Member, Member]
    world.simulation.runFor(2000)
    alice.say(bob)
    world.simulation.runFor(1000)
    expect(bob.relayed).toEqual([`${alice.id} hello`])
  })

  test('F16 one that claims a member who never was there cannot show that it was', async () => {
    const keys = await Keys.generate(systemCrypto, seededRandom(3))
    const key: SigningKey = { publicKey: keys.key, sign: (bytes) => keys.sign(bytes) }
    const [home, other] = ['home', 'other'].map(peerIdFromName) as [PeerId, PeerId]
    const now = 1_000_000
    const nonce = datedNonce(home, now, new Uint8Array(4))
    const audience = 'hub.example'
    const signed = hubProofBytes({ peerId: keys.id, network: 'net', audience, nonce })
    const signature = hexFromBytes(await key.sign(signed))
    const evidence = { key: hexFromBytes(keys.key), audience, nonce, signature }
    const claim: Claim = { id: keys.id, counter: now, evidence }
    const check = (at: { home?: PeerId; network?: string; claim?: Claim }, when = now) =>
      checkEvidence(systemCrypto.verify, when, { home, network: 'net', claim, ...at })
    expect(check({})).toBe(true)
    expect(check({ home: other })).toBe(false)
    expect(check({ network: 'other' })).toBe(false)
    expect(check({ claim: { ...claim, counter: now + 1 } })).toBe(false)
    expect(check({ claim: { ...claim, id: other } })).toBe(false)
    expect(check({}, now - 120_000)).toBe(false)
    expect(check({ claim: { ...claim, evidence: undefined } })).toBeUndefined()
  })

  test('what a decoder takes it can write, and nothing makes one throw', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 300 }), fc.nat(6), (bytes, type) => {
        if (bytes.length > 0) bytes[0] = type
        decodeParcel(bytes)
        decodeGreeting(bytes)
        const message = decodeClaimMessage(bytes)
        if (message === undefined) return
        expect(decodeClaimMessage(encodeClaimMessage(message))).toEqual(message)
      }),
      { numRuns: 3000 },
    )
  })

  test('a proof shown to one side is worth nothing to the other, nor for other words', () => {
    const trust = new HubTrust({ secrets: [SECRET] })
    const transcript = new Uint8Array(32).fill(7)
    const id = peerIdFromName('hub')
    trust.prove({ transcript, side: 'dialler' }, (proof) => {
      const checks = [
        { transcript, side: 'dialler' },
        { transcript, side: 'listener' },
        { transcript: new Uint8Array(32), side: 'dialler' },
      ] as const
      const answers = checks.map((facts) => {
        let answer = false
        trust.check(id, facts, proof, (isGood) => {
          answer = isGood
        })
        return answer
      })
      expect(answers).toEqual([true, false, false])
    })
    expect(() => new HubTrust({ secrets: Array(5).fill(SECRET) })).toThrow(RangeError)
  })
})

function bytesOf(id: PeerId): Uint8Array {
  return Uint8Array.from({ length: 20 }, (_, index) =>
    Number.parseInt(id.slice(2 * index, 2 * index + 2), 16),
  )
}
