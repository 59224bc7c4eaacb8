/** The middle of `values`. */
export function median(values: readonly number[]): number {
  return quantile(values, 0.5)
}

/** The value below which a share of `values` lies. */
export function quantile(values: readonly number[], share: number): number {
  const sorted = [...values].sort((a, b) => a - b)
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? Number.NaN
}

/** `lowest–highest`, in words of a table. */
export function spread(values: readonly number[]): string {
  return `${Math.min(...values).toPrecision(2)}–${Math.max(...values).toPrecision(2)}`
}
