import { describe, expect, it } from 'vitest'
import { rewriteAssertions } from './assertions.ts'

const rewrite = (code: string): string => rewriteAssertions(code.split('\n'), 10).lines.join('\n')

describe('the assertions of a README block', () => {
  it('compare an expression with what follows the mark', () => {
    expect(rewrite('1 + 1 //=> 2')).toBe(';__readme.equal(10, (1 + 1), () => (2))')
  })

  it('may be awaited', () => {
    expect(rewrite('await get() //=> 3')).toBe(';__readme.equal(10, (await get()), () => (3))')
  })

  it('compare the variable of a declaration', () => {
    expect(rewrite('const ids: string[] = closest(2) //=> ["a"]')).toBe(
      'const ids: string[] = closest(2); __readme.equal(10, ids, () => (["a"]))',
    )
  })

  it('compare what console.log is given', () => {
    expect(rewrite('console.log(x) //=> 1')).toBe(
      ';__readme.equal(10, (__readme.print(x)), () => (1))',
    )
  })

  it('reach back to the line where the expression begins', () => {
    const code = ['const x = 1', 'closest(', '  x,', '  2,', ') //=> [1]'].join('\n')
    expect(rewrite(code).split('\n')).toEqual([
      'const x = 1',
      ';__readme.equal(14, (closest(',
      '  x,',
      '  2,',
      ')), () => ([1]))',
    ])
  })

  it('work inside of a function', () => {
    const code = ["peer.on('message', (text) => {", "  text //=> 'hi'", '})'].join('\n')
    expect(rewrite(code)).toContain(";__readme.equal(11, (  text), () => ('hi'))")
  })

  it('keep every line on its number', () => {
    const code = [
      '// a',
      'a() //=> 1',
      '',
      'const b = {',
      '  c: 1,',
      '} //=> { c: 1 }',
      'b.c //=> 1',
    ]
    const { lines, asserted } = rewriteAssertions(code, 3)
    expect(lines).toHaveLength(code.length)
    expect(asserted).toEqual([4, 8, 9])
  })

  it('take an object for an expected value', () => {
    expect(rewrite('f() //=> { a: 1 }')).toBe(';__readme.equal(10, (f()), () => ({ a: 1 }))')
  })

  it('need an expression before the mark', () => {
    expect(() => rewrite('if (x) { //=> 1')).toThrow('line 10: there is no expression')
  })

  it('need an expression after the mark', () => {
    expect(() => rewrite('f() //=> about three')).toThrow('line 10: //=> needs a JavaScript')
  })
})
