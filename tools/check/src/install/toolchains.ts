/**
 * What users build and typecheck with, the newest of each line, as a `package.json` names it.
 * They are installed beside the packages, so that they find what users' would.
 */
export const TOOLCHAINS: Readonly<Record<string, string>> = {
  '@types/node': '20.19.43',
  esbuild: '0.28.2',
  vite: '8.3.8',
  webpack: '5.112.2',
  'typescript-5': 'npm:typescript@5.9.3',
  'typescript-6': 'npm:typescript@6.0.3',
  'typescript-7': 'npm:typescript@7.0.2',
}

/** Those that are a TypeScript. */
export const COMPILERS: readonly string[] = Object.keys(TOOLCHAINS).filter((name) =>
  name.startsWith('typescript-'),
)
