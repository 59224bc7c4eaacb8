/**
 * What a member may do; each role includes those before it.
 * - `relay`: keep and pass on what it cannot read
 * - `read`: open what is written
 * - `write`: write and delete
 * - `admin`: grant and revoke
 */
export type Role = 'relay' | 'read' | 'write' | 'admin'

/** All roles, the weakest first; their places are their numbers on the wire. */
export const ROLES: readonly Role[] = ['relay', 'read', 'write', 'admin']

/** Whether `role` includes `needed`. */
export function includesRole(role: Role, needed: Role): boolean {
  return ROLES.indexOf(role) >= ROLES.indexOf(needed)
}
