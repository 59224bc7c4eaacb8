import { delimiter, join } from 'node:path'
import { root } from './root.mjs'

/** Tools that would report usage or look for updates are told not to. */
const SILENT = {
  DO_NOT_TRACK: '1',
  TURBO_TELEMETRY_DISABLED: '1',
  TURBO_NO_UPDATE_NOTIFIER: '1',
  npm_config_update_notifier: 'false',
  npm_config_fund: 'false',
}

/**
 * The environment of everything the scripts start: no telemetry, and the repository's own tools first in the path
 * (turbo looks there for pnpm).
 * @param {Record<string, string | undefined>} [extra]
 * @returns {Record<string, string | undefined>}
 */
export function environment(extra = {}) {
  const pathName = Object.keys(process.env).find((name) => name.toUpperCase() === 'PATH') ?? 'PATH'
  const tools = join(root, 'node_modules', '.bin')
  const path = [tools, process.env[pathName]].filter(Boolean).join(delimiter)
  return { ...process.env, ...SILENT, [pathName]: path, ...extra }
}
