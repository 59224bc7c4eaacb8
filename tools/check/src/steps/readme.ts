import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { parses } from '../readme/assertions.ts'
import { extractBlocks } from '../readme/blocks.ts'
import { compileModule } from '../readme/compile.ts'
import { ReadmeHub } from '../readme/hub.ts'
import { joinBlocks, type Module } from '../readme/modules.ts'
import { removeModules, runModule } from '../readme/run-module.ts'
import { allPackages } from '../repository/publishable.ts'
import { expectNone, type Step } from '../step.ts'

/** Where guides lie. */
const GUIDES = 'docs/guides'

/** Where the blocks of guides and of the README of the repository run: it depends on every package. */
const HERE = 'tools/check'

interface Readme {
  readonly file: string
  /** The package its imports resolve from. */
  readonly path: string
}

function readmes(root: string): Readme[] {
  const packages = allPackages(root).filter(({ path }) => !path.startsWith('tools/'))
  const guides = existsSync(join(root, GUIDES)) ? readdirSync(join(root, GUIDES)).sort() : []
  return [{ file: 'README.md', path: HERE }]
    .concat(guides.map((name) => ({ file: `${GUIDES}/${name}`, path: HERE })))
    .concat(packages.map(({ path }) => ({ file: `${path}/README.md`, path })))
    .filter(({ file }) => existsSync(join(root, file)))
}

/** Every block of every README and guide runs, and gives what its `//=>` say. */
export const readme: Step = {
  name: 'readme',
  needsBuild: true,
  async run({ root }) {
    const hub = new ReadmeHub()
    const problems: string[] = []
    const counts = { ran: 0, assertions: 0, parsed: 0 }

    const check = async ({ file, path }: Readme, module: Module): Promise<void> => {
      const place = `${file}:${module.line}`
      if (module.ignored) {
        counts.parsed++
        if (!parses(module.lines.join('\n'))) problems.push(`${place}: does not parse`)
        return
      }
      counts.ran++
      try {
        const { code, assertions } = compileModule(module, file)
        counts.assertions += assertions
        const problem = await runModule(await hub.connect(code), join(root, path), `${module.line}`)
        if (problem !== undefined) problems.push(`${place}: ${problem}`)
      } catch (error) {
        problems.push(`${place}: ${error instanceof Error ? error.message : error}`)
      }
    }

    const files = readmes(root)
    try {
      for (const one of files) {
        const text = readFileSync(join(root, one.file), 'utf8')
        for (const module of joinBlocks(extractBlocks(text))) await check(one, module)
        removeModules(join(root, one.path))
      }
    } finally {
      await hub.stop()
    }
    expectNone(problems)
    const { ran, assertions, parsed } = counts
    return `${files.length} READMEs and guides: ${ran} blocks ran, ${assertions} assertions held, ${parsed} only parsed`
  },
}
