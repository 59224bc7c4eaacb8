import { isDeepStrictEqual } from 'node:util'
import type { Keeper } from './keeper.ts'

/** How long something may take to get from one to another, ms. */
const SOON_MS = 8000

/** How long it is watched that nothing gets there, ms. */
const WATCH_MS = 1500

/** An owner, a friend who may be let in, and a stranger who never is. */
export interface People {
  readonly owner: Keeper
  readonly friend: Keeper
  readonly stranger: Keeper
}

/** Something the documents of PeerPigeon promise of storage. */
export interface Claim {
  readonly text: string
  /** @returns whether it held */
  readonly holds: (people: People) => Promise<boolean>
}

/** What the documents promise, each with the attack that would break it. */
export const CLAIMS: readonly Claim[] = [
  {
    text: 'what is private others do not read',
    async holds({ owner, stranger }) {
      await owner.store('private', { secret: 1 })
      return isNever(() => stranger.retrieve('private', owner.owner()), { secret: 1 })
    },
  },
  {
    text: 'what is public everybody reads',
    async holds({ owner, friend, stranger }) {
      await owner.store('public', { open: 1 }, { isPublic: true })
      const read = (who: Keeper) => isSoon(() => who.retrieve('public', owner.owner()), { open: 1 })
      return (await read(friend)) && (await read(stranger))
    },
  },
  {
    text: 'who is granted access reads',
    async holds({ owner, friend }) {
      await owner.store('shared', { page: 1 })
      await owner.grant('shared', friend.id(), 'read')
      return isSoon(() => friend.retrieve('shared', owner.owner()), { page: 1 })
    },
  },
  {
    text: 'who was revoked reads nothing new',
    async holds({ owner, friend }) {
      await owner.store('revoked', { page: 1 })
      await owner.grant('revoked', friend.id(), 'read')
      await isSoon(() => friend.retrieve('revoked', owner.owner()), { page: 1 })
      await owner.revoke('revoked', friend.id())
      await owner.update('revoked', { page: 2 })
      const hidden = await isNever(() => friend.retrieve('revoked', owner.owner()), { page: 2 })
      return hidden && (await isSoon(() => owner.retrieve('revoked'), { page: 2 }))
    },
  },
  {
    text: 'an owner changes its value, and others see that',
    async holds({ owner, friend }) {
      await owner.store('changing', { page: 1 }, { isPublic: true })
      await owner.update('changing', { page: 2 })
      return isSoon(() => friend.retrieve('changing', owner.owner()), { page: 2 })
    },
  },
  {
    text: 'an owner deletes its value',
    async holds({ owner }) {
      await owner.store('deleted', { page: 1 })
      await owner.delete('deleted')
      return (await owner.retrieve('deleted')) === null
    },
  },
  {
    text: 'only its owner writes a public value',
    async holds({ owner, friend, stranger }) {
      await owner.store('mine', { by: 'owner' }, { isPublic: true })
      await isSoon(() => stranger.retrieve('mine', owner.owner()), { by: 'owner' })
      await attempt(() => stranger.store('mine', { by: 'stranger' }, { isPublic: true }))
      await attempt(() => stranger.update('mine', { by: 'stranger' }, owner.owner()))
      return isKept([owner, friend], owner, 'mine', { by: 'owner' })
    },
  },
  {
    text: 'nobody else writes a private value',
    async holds({ owner, stranger }) {
      await owner.store('own', { by: 'owner' })
      await attempt(() => stranger.store('own', { by: 'stranger' }))
      return isKept([owner], owner, 'own', { by: 'owner' })
    },
  },
  {
    text: 'what is immutable nobody changes, not even its owner',
    async holds({ owner, friend, stranger }) {
      const frozen = { isPublic: true, isImmutable: true }
      await owner.store('frozen', { version: 1 }, frozen)
      await isSoon(() => stranger.retrieve('frozen', owner.owner()), { version: 1 })
      await attempt(() => stranger.store('frozen', { version: 'evil' }, frozen))
      await attempt(() => owner.store('frozen', { version: 2 }, frozen))
      return isKept([owner, friend], owner, 'frozen', { version: 1 })
    },
  },
  {
    text: 'two who edit at once lose nothing',
    async holds({ owner, friend }) {
      await owner.store('doc', { title: 'Draft' }, { enableCRDT: true })
      await owner.grant('doc', friend.id(), 'write')
      await isSoon(() => friend.retrieve('doc', owner.owner()), { title: 'Draft' })
      await Promise.all([
        owner.update('doc', { one: 1 }),
        friend.update('doc', { two: 2 }, owner.owner()),
      ])
      const whole = { title: 'Draft', one: 1, two: 2 }
      const both = [owner, friend].map((who) =>
        isSoon(() => who.retrieve('doc', owner.owner()), whole),
      )
      return (await Promise.all(both)).every(Boolean)
    },
  },
]

/** Does what may be refused. */
async function attempt(run: () => Promise<unknown>): Promise<void> {
  await run().catch(() => undefined)
}

async function isSoon(read: () => Promise<unknown>, wanted: unknown): Promise<boolean> {
  const end = performance.now() + SOON_MS
  while (performance.now() < end) {
    if (isDeepStrictEqual(await read().catch(() => undefined), wanted)) return true
    await sleep(100)
  }
  return false
}

async function isNever(read: () => Promise<unknown>, unwanted: unknown): Promise<boolean> {
  const end = performance.now() + WATCH_MS
  while (performance.now() < end) {
    if (isDeepStrictEqual(await read().catch(() => undefined), unwanted)) return false
    await sleep(100)
  }
  return true
}

/** Whether all of them still read the owner's value after a while. */
async function isKept(
  readers: readonly Keeper[],
  owner: Keeper,
  key: string,
  wanted: unknown,
): Promise<boolean> {
  await sleep(WATCH_MS)
  for (const reader of readers) {
    if (!isDeepStrictEqual(await reader.retrieve(key, owner.owner()), wanted)) return false
  }
  return true
}

function sleep(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms))
}
