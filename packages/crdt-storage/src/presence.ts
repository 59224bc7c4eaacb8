/**
 * Who is there: states that are told to members and kept nowhere.
 * @module
 */
export {
  Presence,
  type PresenceEvents,
  type PresenceOptions,
  type PresenceState,
} from './presence/presence.ts'
