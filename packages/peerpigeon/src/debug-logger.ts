/** Modules that have something to say, by PeerPigeon's names. */
const MODULES = [
  'PeerPigeonMesh',
  'SignalingClient',
  'PeerDiscovery',
  'ConnectionManager',
  'PeerConnection',
  'EvictionManager',
  'GossipManager',
  'MeshOptimizer',
  'WebDHT',
  'CryptoManager',
  'DistributedStorageManager',
  'MediaManager',
] as const

/** One of the modules that log. */
export type DebugModule = (typeof MODULES)[number]

/** What a module logs with. */
export interface ModuleLogger {
  debug(...what: unknown[]): void
  log(...what: unknown[]): void
  info(...what: unknown[]): void
  warn(...what: unknown[]): void
  error(...what: unknown[]): void
}

const enabled = new Set<string>()
let all = false

/** Turns logging on by module; everything is silent by default. Keys and contents are never logged. */
export interface DebugLoggerObject {
  /** A logger that prints while its module is enabled. */
  create(module: string): ModuleLogger
  isEnabled(module: string): boolean
  enable(module: string): void
  disable(module: string): void
  enableModules(modules: readonly string[]): void
  disableModules(modules: readonly string[]): void
  enableAll(): void
  disableAll(): void
  /** All modules there are. */
  getModules(): readonly DebugModule[]
  getState(): { readonly globalEnabled: boolean; readonly enabledModules: string[] }
}

const isEnabled = (module: string): boolean => all || enabled.has(module)

/** Logging by module. */
export const DebugLogger: DebugLoggerObject = {
  create(module) {
    const at =
      (level: keyof ModuleLogger) =>
      (...what: unknown[]): void => {
        if (isEnabled(module)) console[level](`[${module}]`, ...what)
      }
    return {
      debug: at('debug'),
      log: at('log'),
      info: at('info'),
      warn: at('warn'),
      error: at('error'),
    }
  },
  isEnabled,
  enable: (module) => void enabled.add(module),
  disable: (module) => void enabled.delete(module),
  enableModules: (modules) => modules.forEach((module) => void enabled.add(module)),
  disableModules: (modules) => modules.forEach((module) => void enabled.delete(module)),
  enableAll() {
    all = true
  },
  disableAll() {
    all = false
    enabled.clear()
  },
  getModules: () => MODULES,
  getState: () => ({ globalEnabled: all, enabledModules: [...enabled] }),
}
