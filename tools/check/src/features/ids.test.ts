import { expect, test } from 'vitest'
import { idsIn, testNames } from './ids.ts'

test('ids stand at the start of a name', () => {
  expect(idsIn('S5 H9 a port is S4 busy')).toEqual(['S5', 'H9'])
  expect(idsIn('B12')).toEqual(['B12'])
  expect(idsIn('a port, S5')).toEqual([])
  expect(idsIn('S5: a port')).toEqual([])
})

test('names of tests are found however they are written', () => {
  const source = `
    test('S1 one', () => {})
    it("it's two", () => {})
    test.each(['a', 'b'] as const)('S2 %s', () => {})
    test.each([1, 2])(
      \`three\`, () => {})
    test.concurrent('four \\'quoted\\'', () => {})
    latest('none')`
  expect(testNames(source)).toEqual(['S1 one', "it's two", 'S2 %s', 'three', "four \\'quoted\\'"])
})
