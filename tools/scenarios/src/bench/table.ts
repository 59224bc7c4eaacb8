/** One line of a bench's table. */
export interface BenchRow {
  readonly metric: string
  /** What was measured of ours. */
  readonly ours: number
  /** What was measured of another implementation in the same run, if there is one. */
  readonly peer?: number
  /** Its name. */
  readonly peerName?: string
  readonly unit: string
  /** What `ours` must not exceed, or not fall below; without, the line only informs. */
  readonly goal?: { readonly atMost: number } | { readonly atLeast: number }
}

/** Whether a line keeps its goal. */
export function isMet({ ours, goal }: BenchRow): boolean {
  if (goal === undefined) return true
  return 'atMost' in goal ? ours <= goal.atMost : ours >= goal.atLeast
}

/** `metric | ours | peer | ratio | goal`, in columns; the ratio is ours to the peer's, if that is not 0. */
export function formatTable(rows: readonly BenchRow[]): string {
  const cells = rows.map((row) => {
    const { metric, ours, peer, peerName, unit, goal } = row
    const ratio = ours / (peer ?? Number.NaN)
    const limit =
      goal && ('atMost' in goal ? `<= ${format(goal.atMost)}` : `>= ${format(goal.atLeast)}`)
    return [
      metric,
      `${format(ours)} ${unit}`.trim(),
      peer === undefined ? '-' : `${`${format(peer)} ${unit}`.trim()} (${peerName ?? 'peer'})`,
      Number.isFinite(ratio) ? `${format(ratio)} x` : '-',
      limit === undefined ? '-' : `${limit} ${isMet(row) ? 'met' : 'MISSED'}`,
    ]
  })
  const lines = [['metric', 'ours', 'peer', 'ratio', 'goal'], ...cells]
  const widths = [0, 1, 2, 3, 4].map((column) =>
    Math.max(...lines.map((line) => line[column]?.length ?? 0)),
  )
  return lines
    .map((line) =>
      line
        .map((cell, column) => cell.padEnd(widths[column] as number))
        .join(' | ')
        .trimEnd(),
    )
    .join('\n')
}

/** Prints the table; the process will exit with 1 if a goal is missed. */
export function report(rows: readonly BenchRow[]): void {
  console.log(formatTable(rows))
  if (!rows.every(isMet)) process.exitCode = 1
}

/** Three digits that count, with thousands apart. */
function format(value: number): string {
  if (Math.abs(value) >= 100) return Math.round(value).toLocaleString('en-US')
  return String(Number(value.toPrecision(3)))
}
