import { SpaceError } from '../errors.ts'
import type { SpaceOptions } from '../space/options.ts'
import { Space } from '../space/space.ts'
import type { ArchiveTable } from './archive-table.ts'
import { type Head, headName, readHead, runsIn } from './head.ts'

/**
 * Takes part in a space that nobody near has, from what its keepers put into a table.
 * @param keepers keys as hex of those who may have put it there, such as its creator
 * @throws SpaceError `UNKNOWN` if none of them did, or it is not there any more; whatever the table does
 */
export async function joinArchived(
  id: string,
  keepers: readonly string[],
  table: ArchiveTable,
  options: SpaceOptions,
): Promise<Space> {
  for (const keeper of keepers) {
    const head = await headOf(table, keeper, id)
    const genesis = head && (await table.get(head.genesis))
    if (genesis === undefined) continue
    try {
      const space = await Space.join(id, genesis, options)
      await catchUpFrom(space, keepers, table)
      return space
    } catch (error) {
      if (!(error instanceof SpaceError && error.code === 'INVALID')) throw error
    }
  }
  throw new SpaceError('UNKNOWN', `none of ${keepers.length} keepers has space ${id}`)
}

/**
 * Takes what keepers put, and then what members put that the keepers told of. Entries prove themselves.
 * @returns how many bundles were there
 */
export async function catchUpFrom(
  space: Space,
  keepers: readonly string[],
  table: ArchiveTable,
): Promise<number> {
  const asked = new Set<string>()
  let found = 0
  const ask = async (some: Iterable<string>): Promise<void> => {
    for (const keeper of some) {
      if (asked.has(keeper)) continue
      asked.add(keeper)
      found += await takeFrom(space, keeper, table)
    }
  }
  await ask(keepers)
  await ask([...space.members.keys()])
  return found
}

async function takeFrom(space: Space, keeper: string, table: ArchiveTable): Promise<number> {
  const head = await headOf(table, keeper, space.id)
  let found = 0
  for (const name of head?.bundles ?? []) {
    const bundle = await table.get(name)
    if (bundle === undefined) continue
    found++
    for (const run of runsIn(bundle)) await space.receive(run, `archive/${keeper}`)
  }
  return found
}

async function headOf(
  table: ArchiveTable,
  keeper: string,
  space: string,
): Promise<Head | undefined> {
  const bytes = await table.getOf(keeper, headName(space))
  return bytes && readHead(bytes)
}
