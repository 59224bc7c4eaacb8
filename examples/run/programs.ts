import { execFile } from 'node:child_process'
import { mkdtemp, readdir } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'

const run = promisify(execFile)

/** How long a program may run, ms. */
const PATIENCE_MS = 90_000

/** Directories with a `main.mjs`, and what is given to it. */
export const PROGRAMS: Readonly<Record<string, (hub: string) => Promise<readonly string[]>>> = {
  sensors: async (hub) => [hub],
  'bootstrap-hubs': async () => [],
  nginx: async () => [await findNginx()],
  'volunteer-render': async (hub) => [hub],
}

/** Runs a program of an example to its end. @returns its last line */
export async function runProgram(name: string, hub: string): Promise<string> {
  const path = fileURLToPath(new URL(`../${name}/main.mjs`, import.meta.url))
  const args = await PROGRAMS[name]?.(hub)
  const { stdout } = await run(process.execPath, [path, ...(args ?? [])], { timeout: PATIENCE_MS })
  return stdout.trim().split('\n').at(-1) ?? ''
}

/** That of the machine, or Debian's, unpacked and not installed. */
async function findNginx(): Promise<string> {
  const there = await run('nginx', ['-v']).then(
    () => true,
    () => false,
  )
  if (there) return 'nginx'
  const cwd = await mkdtemp(join(tmpdir(), 'pigeon-nginx-'))
  try {
    await run('apt-get', ['download', 'nginx'], { cwd })
    const [archive = ''] = await readdir(cwd)
    await run('dpkg', ['-x', archive, '.'], { cwd })
  } catch (cause) {
    throw new Error('nginx is needed: install it, or run this on Debian', { cause })
  }
  return join(cwd, 'usr/sbin/nginx')
}
