import type { Authority } from '../src/authority/authority.ts'
import { ROLES } from '../src/authority/role.ts'
import { isData, type Statement } from '../src/authority/statement.ts'
import { authorityOf, type History, toSaid } from './history.ts'
import { Model, type View } from './model/model.ts'

/** What an authority says, in the words of the model. */
export function summary(authority: Authority): string {
  const { view } = authority
  const acl = authority.nodes.filter(({ statement }) => !isData(statement))
  return describe({
    accepted: new Set([...authority.accepted].map(({ statement }) => statement.id)),
    valid: new Set(acl.filter((node) => view.isValid(node)).map(({ statement }) => statement.id)),
    live: new Map(
      acl.flatMap((node) => {
        const role = view.roleOf(node)
        return role === undefined ? [] : [[node.statement.id, ROLES.indexOf(role)]]
      }),
    ),
  })
}

/** What the model says about the same entries. */
function expected(statements: readonly Statement[], genesis: Statement): string {
  return describe(new Model(statements.map(toSaid), toSaid(genesis)).view)
}

/** Compares every replica with the model, and all that was said in several orders. */
export function agrees(history: History, orders: readonly (readonly Statement[])[]): void {
  const { genesis, all, replicas } = history
  for (const replica of replicas) {
    const has = replica.nodes.map(({ statement }) => statement)
    same(summary(replica), expected(has, genesis))
  }
  const whole = expected(all, genesis)
  for (const order of orders) same(summary(authorityOf(genesis, order)), whole)
}

function describe({ accepted, valid, live }: View): string {
  const roles = [...live].map(([id, role]) => `${id}=${role}`)
  return [accepted, valid, roles].map((names) => [...names].sort().join(' ')).join(' | ')
}

function same(got: string, wanted: string): void {
  if (got !== wanted) throw new Error(`the rules say\n  ${wanted}\nand it says\n  ${got}`)
}
