// Copied into a project of a user, and run there: bundles all files of `examples` for pages with every bundler.
import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { resolve } from 'node:path'
import * as esbuild from 'esbuild'
import { build as viteBuild } from 'vite'
import webpack from 'webpack'

/** @param {Readonly<Record<string, string>>} entries @param {string} outdir */
async function withEsbuild(entries, outdir) {
  const options = { format: 'esm', platform: 'browser', target: 'es2022', logLevel: 'silent' }
  await esbuild.build({ ...options, entryPoints: entries, bundle: true, splitting: true, outdir })
}

/** @param {Readonly<Record<string, string>>} entries @param {string} outDir */
async function withVite(entries, outDir) {
  const build = { target: 'es2022', outDir, minify: false, rolldownOptions: { input: entries } }
  await viteBuild({ configFile: false, logLevel: 'error', build })
}

/** @param {Readonly<Record<string, string>>} entries @param {string} path */
async function withWebpack(entries, path) {
  const options = { mode: 'production', optimization: { minimize: false } }
  const stats = await new Promise((done, fail) => {
    webpack({ ...options, entry: entries, output: { path } }, (error, result) =>
      error ? fail(error) : done(result),
    )
  })
  if (stats.hasErrors()) throw new Error(stats.toString({ all: false, errors: true }))
}

const BUNDLERS = { esbuild: withEsbuild, vite: withVite, webpack: withWebpack }

/** @type {Record<string, string>} */
const entries = {}
mkdirSync('compiled')
for (const file of readdirSync('examples')) {
  const source = readFileSync(`examples/${file}`, 'utf8')
  const { code } = await esbuild.transform(source, { loader: 'ts', format: 'esm' })
  const name = file.replace(/\.ts$/, '')
  entries[name] = resolve('compiled', `${name}.js`)
  writeFileSync(entries[name], code)
}
for (const [name, bundle] of Object.entries(BUNDLERS)) {
  const directory = resolve('bundles', name)
  try {
    await bundle(entries, directory)
  } catch (error) {
    console.log(`an example does not bundle with ${name}: ${error.message}`)
    process.exitCode = 1
  }
}
