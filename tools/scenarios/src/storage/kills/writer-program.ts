/**
 * A process that writes entries and says so, until it is killed.
 * @module
 */
import { Space } from '@pigeon/crdt-storage'
import { openLevelStore } from '@pigeon/store/level'
import { sameAuthor } from './same-author.ts'

const [, , directory = '', round = '0'] = process.argv
const options = await sameAuthor(await openLevelStore(directory))
const space = (await Space.load(options)) ?? (await Space.create({}, options))
console.log('opened')
await Promise.all(
  [0, 1, 2, 3].map(async (lane) => {
    for (let count = 0; ; count++) {
      const key = `${round}/${lane}/${count}`
      await space.set(key, new TextEncoder().encode(key))
      console.log(key)
    }
  }),
)
