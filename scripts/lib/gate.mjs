import { runTool } from './tool.mjs'

/**
 * Runs a file of tools/check, which is TypeScript.
 * @param {string} file relative to tools/check/src
 * @param {readonly string[]} args
 * @returns {Promise<number>} its exit code
 */
export async function gate(file, args) {
  const options = { from: 'tools/check', allowFailure: true }
  const { code } = await runTool('tsx', [`tools/check/src/${file}`, ...args], options)
  return code
}
