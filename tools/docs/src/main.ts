// npm run docs: builds the site into tools/docs/dist, and checks its links. `--no-reference` leaves out what takes longest.
import { cpSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { tmpdir } from 'node:os'
import { basename, dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import MiniSearch from 'minisearch'
import { benchmarksPage } from './benchmarks/benchmarks-page.ts'
import { readReport } from './benchmarks/report.ts'
import { brokenLinks } from './check-links.ts'
import { collectPages, collectReference } from './collect.ts'
import { writeReference } from './reference.ts'
import { Renderer } from './render.ts'
import { layOut } from './template.ts'

const root = fileURLToPath(new URL('../../..', import.meta.url))
const out = fileURLToPath(new URL('../dist', import.meta.url))
const assets = fileURLToPath(new URL('assets', import.meta.url))

/** Letters of a page that are searched; of long pages the beginning. */
const MAX_TEXT = 20_000

/** Letters of a page that search shows. */
const MAX_ABOUT = 140

const pages = [...collectPages(root), benchmarksPage(readReport(root))]
if (!process.argv.includes('--no-reference')) {
  const directory = mkdtempSync(join(tmpdir(), 'pigeon-reference-'))
  const tsconfig = fileURLToPath(new URL('../tsconfig.reference.json', import.meta.url))
  await writeReference(root, directory, tsconfig)
  pages.push(...collectReference(directory))
  rmSync(directory, { recursive: true, force: true })
}

const renderer = new Renderer(pages)
const rendered = pages.map((page) => renderer.render(page))

rmSync(out, { recursive: true, force: true })
for (const one of rendered) {
  const file = join(out, one.page.path)
  mkdirSync(dirname(file), { recursive: true })
  writeFileSync(file, layOut(one, pages))
}
for (const picture of renderer.pictures) {
  cpSync(join(root, picture), join(out, 'pictures', basename(picture)))
}
cpSync(assets, join(out, 'assets'), { recursive: true, filter: (file) => !file.endsWith('.d.ts') })
const library = createRequire(import.meta.url).resolve('minisearch')
cpSync(join(dirname(library), '../es/index.js'), join(out, 'assets/minisearch.js'))

const index = new MiniSearch({
  fields: ['title', 'text'],
  storeFields: ['title', 'section', 'about'],
})
index.addAll(
  rendered.map(({ page: { path, title, section }, text }) => ({
    ...{ id: path, title, section },
    text: text.slice(0, MAX_TEXT),
    about: aboutOf(text),
  })),
)
writeFileSync(join(out, 'assets/index.json'), JSON.stringify(index))

/** What search shows of a page: the beginning of what follows its title. */
function aboutOf(text: string): string {
  const [, ...lines] = text.split('\n')
  return lines
    .join(' ')
    .replaceAll(/[`*_[\]]|\([^)]*\)/g, '')
    .trim()
    .slice(0, MAX_ABOUT)
}

const broken = brokenLinks(rendered)
const links = rendered.reduce((sum, one) => sum + one.links.length, 0)
for (const line of broken) console.error(line)
console.log(`${pages.length} pages in tools/docs/dist, ${links} links, ${broken.length} broken`)
process.exitCode = broken.length === 0 ? 0 : 1
