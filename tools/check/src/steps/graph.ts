import { existsSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { mermaid } from '../graph/mermaid.ts'
import { readSection, replaceSection } from '../repository/marked-section.ts'
import { allPackages } from '../repository/publishable.ts'
import { type Step, Violations } from '../step.ts'

const FILE = 'ARCHITECTURE.md'
const MARKERS = { start: '<!-- graph:start -->', end: '<!-- graph:end -->' }
const EMPTY = `# Architecture\n\n${MARKERS.start}${MARKERS.end}\n`

/** The picture of the packages in ARCHITECTURE.md is the one their package.json files give. */
export const graph: Step = {
  name: 'graph',
  async run({ root, write }) {
    const path = join(root, FILE)
    const text = existsSync(path) ? readFileSync(path, 'utf8') : EMPTY
    const wanted = `\n\n${mermaid(allPackages(root))}\n\n`
    const summary = `${wanted.split('-->').length - 1} arrows`
    if (readSection(text, MARKERS) === wanted) return summary
    if (!write) throw new Violations([`${FILE}: the graph is stale; run: npm run graph`])
    writeFileSync(path, replaceSection(text, MARKERS, wanted))
    return `${summary}, written to ${FILE}`
  },
}
