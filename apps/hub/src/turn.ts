import { createHmac } from 'node:crypto'

/** What a TURN server takes. */
export interface TurnCredentials {
  readonly username: string
  readonly credential: string
}

/**
 * Credentials that end by themselves, in the form that coturn calls TURN REST API
 * (`use-auth-secret`): the name is the time of their end, the word its HMAC-SHA1.
 * @param ttl how long they are good, s
 * @param now ms since the Unix epoch
 */
export function turnCredentials(secret: string, ttl: number, now: number): TurnCredentials {
  const username = `${Math.floor(now / 1000) + ttl}:pigeon`
  const credential = createHmac('sha1', secret).update(username).digest('base64')
  return { username, credential }
}
