import { readdir, stat, statfs } from 'node:fs/promises'
import { join } from 'node:path'
import { StoreError } from '../store-error.ts'

/** What LevelDB writes besides when it opens: its lists of files. */
const SPARE_BYTES = 64 * 1024

/**
 * Makes sure that LevelDB will open again once it is closed: it then writes its log into a table,
 * and where there is no room for that, not even reading would go on.
 * @throws StoreError `QUOTA` if the file system has no room; quotas of users it does not see
 */
export async function requireRoom(directory: string): Promise<void> {
  const logs = (await readdir(directory)).filter((name) => name.endsWith('.log'))
  const sizes = await Promise.all(
    logs.map(async (name) => (await stat(join(directory, name))).size),
  )
  const needed = sizes.reduce((sum, size) => sum + size, SPARE_BYTES)
  const { bavail, bsize } = await statfs(directory)
  if (bavail * bsize >= needed) return
  const message = `${directory} needs ${needed} bytes to go on writing, ${bavail * bsize} are free; delete something`
  throw new StoreError('QUOTA', message)
}
