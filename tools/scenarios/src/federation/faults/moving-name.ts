import { spawnSync } from 'node:child_process'
import { mkdtemp, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { FaultNetwork, until } from './network.ts'
import { type FaultRow, found } from './row.ts'

/** Runs a command that sees mounts of its own. */
const UNSHARE = ['unshare', '-m'] as const

/** A hub that is known by name gets another address. */
export const MOVING_NAME: FaultRow = {
  id: 'F18',
  name: 'the name of the bootstrap hub moves to another address',
  async run(program) {
    const [command, ...flags] = UNSHARE
    if (spawnSync(command, [...flags, 'true']).status !== 0) {
      return { skipped: 'needs root and unshare' }
    }
    const hosts = join(await mkdtemp(join(tmpdir(), 'pigeon-hosts-')), 'hosts')
    const name = (address: string) => writeFile(hosts, `127.0.0.1 localhost\n${address} hub.test\n`)
    await name('127.0.0.2')
    // Names are this process's own affair, and that of those it starts.
    const script = 'mount --bind "$0" /etc/hosts && exec "$@"'
    const within = [...UNSHARE, 'sh', '-c', script, hosts]
    let first = await FaultNetwork.start(program, 1, { host: '127.0.0.2' })
    const port = Number(new URL(first.urls[0] as string).port)
    const bootstrapHubs = [`ws://hub.test:${port}`]
    const network = await FaultNetwork.start(program, 1, { bootstrapHubs }, undefined, within)
    try {
      const met = await until(() => network.isWhole(1), 35_000)
      await first.end()
      await name('127.0.0.3')
      first = await FaultNetwork.start(program, 1, { host: '127.0.0.3', port })
      const again = await until(
        async () => (await network.isWhole(1)) && (await first.isWhole(1)),
        60_000,
      )
      return [
        found('found by its name', met, 35_000),
        found('found where it is now', again, 35_000),
      ]
    } finally {
      await first.end()
      await network.end()
    }
  },
}
