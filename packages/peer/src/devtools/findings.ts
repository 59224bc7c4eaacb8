import type { Diagnosis } from '../diagnosis/diagnose.ts'
import { element } from './element.ts'

/** What a diagnosis found, in words; before there is one, how to get it. */
export function findings(diagnosis: Diagnosis | undefined): Node {
  if (diagnosis === undefined) {
    return element('p', {}, 'Press “Diagnose” to try hubs and servers.')
  }
  const { problems } = diagnosis
  if (problems.length === 0) return element('p', {}, 'Nothing is wrong.')
  const lines = problems.map(({ code, message, hint }) =>
    element('li', {}, element('code', {}, code), ` ${message}. ${hint}`),
  )
  return element('ul', {}, ...lines)
}
