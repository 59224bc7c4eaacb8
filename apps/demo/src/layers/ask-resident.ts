import { others } from '../network/picture.ts'
import { equipment } from './equipment.ts'

/** How long a program may take to answer, ms. */
const ANSWER_MS = 3000

/**
 * Asks the program that `npm start` runs beside the hub.
 * @throws Error if there is none, or it does not do that
 */
export async function askResident(what: string): Promise<unknown> {
  let last = new Error('nobody here runs the hub; npm start does')
  for (const { peerId, label } of others.value) {
    if (label !== 'Node') continue
    try {
      return await equipment.value?.rpc.call(peerId, what, [], { timeoutMs: ANSWER_MS })
    } catch (error) {
      last = error as Error
    }
  }
  throw last
}
