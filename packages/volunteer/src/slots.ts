/** Places for tasks that are computed at once, shared by all jobs. */
export class Slots {
  readonly total: number
  used = 0

  constructor(total: number) {
    this.total = total
  }

  get free(): number {
    return this.total - this.used
  }
}
