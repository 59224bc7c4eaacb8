import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { join, posix } from 'node:path'
import { type Page, type Section, titleOf } from './page.ts'

/** Files of the root, and what they become. */
const ABOUT: Readonly<Record<string, string>> = {
  'README.md': 'index.html',
  'ARCHITECTURE.md': 'about/architecture.html',
  'DEPLOYMENT.md': 'about/deployment.html',
  'SECURITY.md': 'about/security.html',
  'CONTRIBUTING.md': 'about/contributing.html',
  'examples/README.md': 'about/examples.html',
  'apps/demo/README.md': 'about/demo.html',
  'tools/scenarios/README.md': 'about/scenarios.html',
}

/** What a package tells beside its README. */
const BESIDE = ['SPEC.md', 'MIGRATING.md']

/** All pages but those of the reference. @param root of the repository */
export function collectPages(root: string): Page[] {
  const read = (source: string, path: string, section: Section): Page[] => {
    const file = join(root, source)
    if (!existsSync(file)) return []
    const markdown = readFileSync(file, 'utf8')
    return [{ source, path, section, title: titleOf(markdown, source), markdown }]
  }
  const guides = readdirSync(join(root, 'docs/guides'))
    .filter((name) => name.endsWith('.md'))
    .sort((a, b) => Number(b === 'README.md') - Number(a === 'README.md') || (a < b ? -1 : 1))
    .map((name) => [`docs/guides/${name}`, `guides/${name === 'README.md' ? 'index' : name}`])
  const packages = ['packages', 'apps']
    .flatMap((group) => readdirSync(join(root, group)).map((name) => `${group}/${name}`))
    .filter((path) => path !== 'apps/demo')
  return [
    ...guides.flatMap(([source = '', path = '']) =>
      read(source, `${path.replace(/\.md$/, '')}.html`, 'Guides'),
    ),
    ...packages.flatMap((path) => {
      const name = posix.basename(path) + (path.startsWith('apps/') ? '-server' : '')
      return [
        ...read(`${path}/README.md`, `packages/${name}.html`, 'Packages'),
        ...BESIDE.flatMap((file) => {
          const what = file.replace('.md', '').toLowerCase()
          return read(`${path}/${file}`, `packages/${name}-${what}.html`, 'Packages')
        }),
      ]
    }),
    ...Object.entries(ABOUT).flatMap(([source, path]) => read(source, path, 'About')),
  ]
}

/** The pages that a generator wrote into a directory. */
export function collectReference(directory: string): Page[] {
  return readdirSync(directory, { recursive: true, encoding: 'utf8' })
    .map((name) => name.replaceAll('\\', '/'))
    .filter((name) => name.endsWith('.md'))
    .sort()
    .map((name) => {
      const markdown = readFileSync(join(directory, name), 'utf8')
      const path = `reference/${name.replace(/README\.md$/, 'index.md').replace(/\.md$/, '.html')}`
      const title = titleOf(markdown, name)
      return {
        source: `reference/${name}`,
        path,
        section: 'Reference',
        title,
        markdown,
        hasHtml: true,
      }
    })
}
