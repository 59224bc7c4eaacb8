import { createSocket } from 'node:dgram'
import { once } from 'node:events'
import { expect, test } from 'vitest'
import { StunResponder, stunAnswer } from './stun.ts'
import { turnCredentials } from './turn.ts'

const TRANSACTION = 'b7e7a701bc34d686fa87dfae'
const request = Buffer.from(`000100002112a442${TRANSACTION}`, 'hex')

// The addresses and answers of RFC 5769, §2.2 and §2.3, without the attributes that are optional.
test('B7 STUN answers are those of RFC 5769, for IPv4 and IPv6', () => {
  const v4 = `0101000c2112a442${TRANSACTION}002000080001a147e112a643`
  for (const address of ['192.0.2.1', '::ffff:192.0.2.1']) {
    expect(stunAnswer(request, address, 32_853)?.toString('hex')).toBe(v4)
  }
  const v6 = `010100182112a442${TRANSACTION}002000140002a1470113a9faa5d3f179bc25f4b5bed2b9d9`
  const address = '2001:db8:1234:5678:11:2233:4455:6677'
  expect(stunAnswer(request, address, 32_853)?.toString('hex')).toBe(v6)
})

test('B7 what is no Binding request is not answered', () => {
  for (const hex of [
    '',
    '00010000',
    `000100002112a443${TRANSACTION}`,
    `010100002112a442${TRANSACTION}`,
    `000100042112a442${TRANSACTION}`,
    `000300002112a442${TRANSACTION}`,
  ]) {
    expect(stunAnswer(Buffer.from(hex, 'hex'), '192.0.2.1', 1)).toBeUndefined()
  }
})

test('B7 over UDP a client learns its own address', async () => {
  const responder = await StunResponder.start(0, 'localhost')
  const socket = createSocket('udp4').bind(0, '127.0.0.1')
  await once(socket, 'listening')
  socket.send(Buffer.from('rubbish'), responder.port, '127.0.0.1')
  socket.send(request, responder.port, '127.0.0.1')
  const [answer] = (await once(socket, 'message')) as [Buffer]
  expect(answer.readUInt16BE(26) ^ 0x2112).toBe(socket.address().port)
  socket.close()
  responder.stop()
})

test('B7 TURN credentials are those that coturn computes', () => {
  const made = turnCredentials('north', 3600, 1_700_000_000_000)
  // printf '1700003600:pigeon' | openssl dgst -sha1 -hmac north -binary | base64
  expect(made).toEqual({
    username: '1700003600:pigeon',
    credential: 'n8GbNn4mQbQhsGAeJ+qeJgnOznY=',
  })
})
