import type { IceServer } from './engine.ts'

/** STUN and TURN servers, or a function that is asked for each connection. */
export type IceServers =
  | readonly IceServer[]
  | (() => readonly IceServer[] | Promise<readonly IceServer[]>)

/** Goes on with the servers: at once if they are a list. */
export function withServers<T>(
  servers: IceServers,
  goOn: (list: readonly IceServer[]) => T,
): T | Promise<T> {
  return typeof servers === 'function' ? Promise.resolve(servers()).then(goOn) : goOn(servers)
}
