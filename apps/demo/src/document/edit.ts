/** What turns one text into another: some characters replaced at one place. */
export interface Edit {
  readonly at: number
  readonly removed: number
  readonly inserted: string
}

/**
 * The edit that a person made, who typed, deleted or pasted at one place.
 * @param caret where the caret is afterwards: it tells which of several equal letters was typed
 * @returns undefined if nothing changed
 */
export function editBetween(before: string, after: string, caret = after.length): Edit | undefined {
  if (before === after) return undefined
  const rest = after.length - caret
  let end = 0
  const maxEnd = Math.min(rest, before.length)
  while (end < maxEnd && before.at(-1 - end) === after.at(-1 - end)) end++
  let at = 0
  const maxStart = Math.min(before.length, after.length) - end
  while (at < maxStart && before[at] === after[at]) at++
  return {
    at,
    removed: before.length - at - end,
    inserted: after.slice(at, after.length - end),
  }
}
