import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { gitFiles } from '../repository/git-files.ts'
import { expectNone, type Step } from '../step.ts'
import { findWords } from '../words/find-words.ts'

const isText = (bytes: Buffer): boolean => !bytes.subarray(0, 8000).includes(0)

/** No path of one machine anywhere, no test that is switched off. */
export const words: Step = {
  name: 'words',
  async run({ root }) {
    const paths = await gitFiles(root)
    const texts = paths
      .map((path) => ({ path, bytes: readFileSync(join(root, path)) }))
      .filter(({ bytes }) => isText(bytes))
    expectNone(texts.flatMap(({ path, bytes }) => findWords(path, bytes.toString('utf8'))))
    return `${texts.length} files`
  },
}
