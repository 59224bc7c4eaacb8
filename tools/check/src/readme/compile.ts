import { transformSync } from 'esbuild'
import { RUNTIME, rewriteAssertions } from './assertions.ts'
import type { Module } from './modules.ts'

const runtimeUrl = new URL('runtime.mjs', import.meta.url).href

/** A module that Node can run. */
export interface Compiled {
  readonly code: string
  readonly assertions: number
}

/**
 * Strips types and makes assertions run. Line numbers in errors are those of the README.
 * @param file the README, as it should be named in errors
 * @throws SyntaxError or esbuild's error for code that is none
 */
export function compileModule({ lines, line }: Module, file: string): Compiled {
  const rewritten = rewriteAssertions(lines, line)
  const { asserted } = rewritten
  const setUp = [
    `import { readmeRuntime } from ${JSON.stringify(runtimeUrl)}`,
    `const ${RUNTIME} = readmeRuntime(${JSON.stringify(file)}, ${JSON.stringify(asserted)})`,
  ].join('; ')
  const padding = Array<string>(Math.max(0, line - 2)).fill('')
  const { code } = transformSync([setUp, ...padding, ...rewritten.lines].join('\n'), {
    loader: 'ts',
    format: 'esm',
    target: 'node20',
    sourcemap: 'inline',
    sourcefile: file,
  })
  return { code, assertions: asserted.length }
}
