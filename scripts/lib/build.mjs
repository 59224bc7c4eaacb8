import { runTool } from './tool.mjs'

/**
 * Builds every package that changed since its last build.
 * @param {Parameters<typeof runTool>[2]} [options]
 */
export function build(options) {
  return runTool(
    'turbo',
    ['run', 'build', '--continue', '--output-logs=errors-only', '--log-order=grouped'],
    options,
  )
}
