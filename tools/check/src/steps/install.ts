import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { run } from '../../../../scripts/lib/run.mjs'
import { bundleProblems, typeProblems } from '../install/as-users.ts'
import { installProblems } from '../install/came-along.ts'
import { entrySpecifiers } from '../install/entries.ts'
import { type Example, firstExamples } from '../install/first-examples.ts'
import { installProject } from '../install/project.ts'
import { TOOLCHAINS } from '../install/toolchains.ts'
import { type Tarball, tarballs } from '../pack/tarballs.ts'
import { parallel } from '../repository/parallel.ts'
import { type Manifest, publishable } from '../repository/publishable.ts'
import { expectNone, type Step } from '../step.ts'

type Attempt = (what: string, command: readonly string[], cwd: string) => Promise<void>

/** Every package installed into an empty project of its own, its main entry imported there. */
async function alone(
  directory: string,
  all: readonly Tarball[],
  attempt: Attempt,
): Promise<string[]> {
  const problems = await parallel(all, async (tarball) => {
    const { name } = tarball.package.manifest
    const project = join(directory, name.replaceAll(/[@/]/g, '_'))
    const cameAlong = await installProject(project, [tarball], all)
    const others = cameAlong.filter((other) => other !== name)
    console.log(
      `${name} alone: ${others.length} more${others.length > 0 ? `: ${others.join(' ')}` : ''}`,
    )
    await attempt(`import of ${name} alone`, importing(name), project)
    return installProblems(name, cameAlong)
  })
  return problems.flat()
}

/**
 * All packages and their optional peers in one project: every entry imported by itself, every command asked for help,
 * examples bundled and all types checked.
 */
async function together(
  directory: string,
  all: readonly Tarball[],
  examples: readonly Example[],
  attempt: Attempt,
): Promise<{ entries: number; problems: readonly string[] }> {
  const manifests = all.map(({ package: { manifest } }) => manifest)
  const peers = Object.assign({}, ...manifests.map(({ peerDependencies }) => peerDependencies))
  for (const { name } of manifests) delete peers[name]
  await installProject(directory, all, all, { ...peers, ...TOOLCHAINS })
  const entries = manifests.flatMap(entrySpecifiers)
  await parallel(entries, (entry) => attempt(`import of ${entry}`, importing(entry), directory))
  const commands = manifests.flatMap((manifest) => commandsOf(directory, manifest))
  for (const { name, file } of commands)
    await attempt(`${name} --help`, [file, '--help'], directory)
  const bundled = await bundleProblems(directory, examples)
  const typed = await typeProblems(directory, entries)
  return { entries: entries.length, problems: [...bundled, ...typed] }
}

const importing = (entry: string): string[] => [
  '--input-type=module',
  '-e',
  `await import('${entry}').catch(({ message }) => (console.error(message), process.exit(1)))`,
]

function commandsOf(directory: string, { name }: Manifest): { name: string; file: string }[] {
  const path = join(directory, 'node_modules', name)
  const { bin = {} } = JSON.parse(readFileSync(join(path, 'package.json'), 'utf8')) as Manifest
  return Object.entries(bin).map(([command, file]) => ({ name: command, file: join(path, file) }))
}

/** What users install works by itself, and brings along only what it must. */
export const install: Step = {
  name: 'install',
  needsBuild: true,
  async run({ root }) {
    const all = await tarballs(root)
    const directory = mkdtempSync(join(tmpdir(), 'pigeon-install-'))
    const failed: string[] = []
    const attempt: Attempt = async (what, command, cwd) => {
      const options = { cwd, capture: true, allowFailure: true }
      const { code, output } = await run('node', command, options)
      if (code !== 0) failed.push(`${what} ended with ${code}:\n${output.trim()}`)
    }
    try {
      const problems = await alone(join(directory, 'alone'), all, attempt)
      const examples = firstExamples(root, publishable(root))
      const found = await together(join(directory, 'together'), all, examples, attempt)
      expectNone([...problems, ...failed, ...found.problems])
      const imported = `${found.entries} entries imported and typechecked`
      const bundled = `${examples.length} examples bundled by esbuild, vite and webpack`
      return `${all.length} packages alone, ${imported}, ${bundled}`
    } finally {
      rmSync(directory, { recursive: true, force: true })
    }
  },
}
