import { systemCrypto } from '@pigeon/identity/system'
import { seededRandom } from '@pigeon/transport/testing'
import { expect, it } from 'vitest'
import * as Y from 'yjs'
import { Mallory, put, SESSION, scene } from '../../test/mallory.ts'
import { give, joinFrom, meet, person, read, text } from '../../test/people.ts'
import { clientId } from '../documents/client-id.ts'
import type { Content } from '../entry/content.ts'
import { encodeHead, encodePlace } from '../entry/entry-format.ts'
import { encodeData } from '../fold/items.ts'
import { Space } from '../index.ts'
import { makeEpoch, openKeys, sealKeys } from '../keys/epochs.ts'
import { Keyring } from '../keys/keyring.ts'
import { keyAt, sealBody } from '../keys/sealed-body.ts'

function update(client: number, edit: (doc: Y.Doc) => void): Uint8Array {
  const doc = new Y.Doc()
  doc.clientID = client
  edit(doc)
  return Y.encodeStateAsUpdate(doc)
}

it('stolen client id: nobody edits in the name of another', async () => {
  const { space, atBob, mallory } = await scene()
  const via = atBob.log.authority.view.grants(atBob.me)[0]?.statement.id ?? ''
  const stolen = clientId(space.id, atBob.me, via, 0)
  const bytes = update(stolen, (doc) => doc.getText().insert(0, 'in the name of bob'))
  const voided: string[] = []
  space.on('voided', (_id, reason) => voided.push(reason))
  const entry = await mallory.data([{ type: 'update', name: 'd', bytes, more: false }])
  expect(await mallory.send(space, entry)).toBe('taken')
  expect((space.doc('d') as Y.Doc).getText().toString()).toBe('')
  expect(voided).toEqual(['NOT_ITS_AUTHORS'])
})

it('clock jump: nobody leaves numbers out, not even its own', async () => {
  const { space, mallory } = await scene()
  const own = clientId(
    space.id,
    mallory.at.me,
    mallory.at.log.authority.view.grants(mallory.at.me)[0]?.statement.id ?? '',
    SESSION,
  )
  const doc = new Y.Doc()
  doc.clientID = own
  doc.getText().insert(0, 'first')
  const before = Y.encodeStateVector(doc)
  doc.getText().insert(5, ' second')
  const bytes = Y.encodeStateAsUpdate(doc, before)
  await mallory.send(space, await mallory.data([{ type: 'update', name: 'd', bytes, more: false }]))
  expect((space.doc('d') as Y.Doc).getText().toString()).toBe('')
  // A structure that claims to be four thousand million changes long.
  const huge = Uint8Array.of(1, 1, ...varuint(own), 0, 0, 255, 255, 255, 255, 15, 0)
  const at = await mallory.at.receive(new Uint8Array(0), 'x')
  expect(at).toBe('malformed')
  await give(space, mallory.at)
  await mallory.send(
    space,
    await mallory.data([{ type: 'update', name: 'd', bytes: huge, more: false }]),
  )
  const state = Y.encodeStateVector(space.doc('d') as Y.Doc)
  expect(state).toEqual(Uint8Array.of(0))
})

function varuint(value: number): number[] {
  const bytes: number[] = []
  let rest = value
  while (rest > 127) {
    bytes.push((rest % 128) + 128)
    rest = Math.floor(rest / 128)
  }
  return [...bytes, rest]
}

it('garbage in an envelope: the revoke counts, and keys come from whoever has them', async () => {
  const ann = await person(1)
  const [mal, bob, cay] = [await person(6), await person(2), await person(3)]
  const space = await Space.create({}, ann)
  await space.grant(mal.author, 'admin')
  const atMal = await joinFrom(space, mal)
  await give(space, atMal)
  for (const each of [bob, cay]) await atMal.grant(each.author, 'read')
  await meet(space, atMal)
  const atBob = await joinFrom(space, bob)
  await give(space, atBob)
  const mallory = new Mallory(mal, atMal)
  const { nonce } = space.log.genesis.content
  const maker = { crypto: systemCrypto, random: seededRandom(99), nonce }
  const { epoch } = await makeEpoch(maker, [ann.author, bob.author, mal.author], new Map())
  const garbage = {
    ...epoch,
    envelopes: epoch.envelopes.map((each, at) =>
      at === 1 ? { ...each, sealed: new Uint8Array(82) } : each,
    ),
  }
  const who = Buffer.from(cay.author.key).toString('hex')
  const revoke: Content = {
    kind: 'revoke',
    who,
    leave: undefined,
    receivingKey: undefined,
    epoch: garbage,
  }
  const heads = atMal.log.authority.view.heads.map(({ statement }) => statement.id)
  const tip = atMal.log.authority.view.heads.find(({ statement }) => statement.author === atMal.me)
  const acl = heads.filter((id) => id !== tip?.statement.id)
  await mallory.send(space, await mallory.sign(revoke, { acl }))
  expect(space.members.has(who)).toBe(false)
  await space.set('k', text('v'))
  await give(space, atBob)
  expect(atBob.missingKeys).toHaveLength(1)
  const shared = await space.shareKeys(atBob.me, atBob.missingKeys)
  expect(await space.shareKeys(who, atBob.missingKeys)).toBeUndefined()
  await atBob.receiveKeys(shared ?? new Uint8Array(0))
  expect(read(atBob.get('k'))).toBe('v')
})

it('wrong key: what is called a key by a name it has not is none', async () => {
  const { space, atBob } = await scene(true)
  await space.rotate()
  const rotated = space.log.authority.nodes.at(-1)
  if (rotated === undefined) throw new Error('nothing was rotated')
  await give(space, atBob)
  const { nonce } = space.log.genesis.content
  const maker = { crypto: systemCrypto, random: seededRandom(5), nonce }
  const { key } = await makeEpoch(maker, [], new Map())
  const bob = await person(2)
  await atBob.receiveKeys(await sealKeys(maker, bob.author, [key]))
  await space.set('k', text('v'))
  await give(space, atBob)
  expect(read(atBob.get('k'))).toBe('v')
})

it('stale epoch: what is sealed with a key of before the revoke has no effect, for anybody', async () => {
  const { space, atBob, mallory } = await scene(true)
  const victim = await person(4)
  await space.grant(victim.author, 'read')
  await meet(space, mallory.at)
  const before = mallory.at.log.authority.view
  await space.revoke(Buffer.from(victim.author.key).toString('hex'))
  await meet(space, mallory.at)
  await give(space, atBob)
  const acl = mallory.at.log.authority.view.heads.map(({ statement }) => statement.id)
  const author = mallory.at.me
  const via = mallory.at.log.authority.view.grants(author)[0]?.statement.id
  const place = { author, via, seq: 0, prev: undefined }
  const header = [encodePlace(place), encodeHead('data', { acl, deps: [] })]
  // The keys before the revoke, as its victim has them.
  const keys = new Keyring(space.log.genesis.content.nonce)
  const atVictim = await joinFrom(space, victim)
  await give(space, atVictim)
  const shared = await space.shareKeys(
    author,
    before.epochs.flatMap(({ statement: { act } }) =>
      'epoch' in act && act.epoch ? [act.epoch] : [],
    ),
  )
  for (const key of await openKeys(
    mallory.options.author,
    space.log.genesis.content.nonce,
    shared ?? new Uint8Array(0),
  ))
    keys.learnAny(key)
  const sealedPlace = { space: space.id, author, header, view: before }
  const key = keyAt(keys, sealedPlace)
  if (key === undefined) throw new Error('no old key')
  const body = await sealBody(
    encodeData({ session: 1, items: [put('k', 'stale')] }),
    key,
    sealedPlace,
    seededRandom(3),
  )
  const voided: string[] = []
  atBob.on('voided', (_id, reason) => voided.push(reason))
  await mallory.send(
    atBob,
    await mallory.sign({ kind: 'data', body }, { seq: 0, prev: undefined as never, acl }),
  )
  expect(atBob.get('k')).toBeUndefined()
  expect(voided).toEqual(['UNREADABLE'])
})
