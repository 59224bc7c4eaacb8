import { afterAll, afterEach, beforeAll, expect } from 'vitest'
import { writeFigures } from './figures.ts'
import { Stage } from './stage.ts'

/** Sets a stage for the tests of a file; after each, its tabs must have had nothing to complain of. */
export function onStage(ready: (stage: Stage) => void): void {
  let stage: Stage | undefined

  beforeAll(async () => {
    stage = await Stage.set()
    ready(stage)
  }, 60_000)

  afterEach(async () => expect(await stage?.closeTabs()).toEqual([]))

  afterAll(async () => {
    writeFigures()
    await stage?.close()
  })
}
