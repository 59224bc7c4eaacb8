import { spawnSync } from 'node:child_process'

/** Addresses are 10.77.0.1, 10.77.0.2, …; that of this side is 10.77.0.254. */
const NET = '10.77.0'

function run(...command: readonly string[]): boolean {
  const [name = '', ...args] = command
  return spawnSync(name, args, { stdio: 'ignore' }).status === 0
}

/**
 * Network namespaces of Linux on one bridge, each as a machine of its own, whose network may be cut.
 * Needs root, `ip` and `nft`.
 */
export class Namespaces {
  readonly #bridge: string
  readonly #names: readonly string[]

  private constructor(bridge: string, names: readonly string[]) {
    this.#bridge = bridge
    this.#names = names
  }

  /** @returns `undefined` where this machine cannot */
  static create(count: number): Namespaces | undefined {
    const tag = `pg${process.pid % 10_000}`
    const names = Array.from({ length: count }, (_, index) => `${tag}n${index}`)
    const made = new Namespaces(`${tag}b`, names)
    // Also when it is stopped half-way.
    process.on('exit', () => made.destroy())
    const bridge = `${tag}b`
    const isMade =
      run('nft', '--version') &&
      run('ip', 'link', 'add', bridge, 'type', 'bridge') &&
      run('ip', 'addr', 'add', `${NET}.254/24`, 'dev', bridge) &&
      run('ip', 'link', 'set', bridge, 'up') &&
      names.every((name, index) => addMachine(bridge, name, index))
    if (isMade) return made
    made.destroy()
    return undefined
  }

  /** What runs a program in one of them. */
  within(index: number): string[] {
    return ['ip', 'netns', 'exec', this.#names[index] as string]
  }

  address(index: number): string {
    return addressOf(index)
  }

  /** Nothing passes between one and some others; all still reach this side. */
  cut(index: number, others: readonly number[]): void {
    const from = others.map(addressOf).join(', ')
    this.#rules(index, [
      `add rule inet pigeon in ip saddr { ${from} } drop`,
      `add rule inet pigeon out ip daddr { ${from} } drop`,
    ])
  }

  /** No UDP passes, in or out. */
  blockUdp(): void {
    for (const index of this.#names.keys()) {
      this.#rules(index, [
        'add rule inet pigeon in meta l4proto udp drop',
        'add rule inet pigeon out meta l4proto udp drop',
      ])
    }
  }

  /** Everything passes again. */
  heal(): void {
    for (const name of this.#names) {
      run('ip', 'netns', 'exec', name, 'nft', 'delete', 'table', 'inet', 'pigeon')
    }
  }

  destroy(): void {
    for (const name of this.#names) run('ip', 'netns', 'del', name)
    run('ip', 'link', 'del', this.#bridge)
  }

  #rules(index: number, rules: readonly string[]): void {
    const all = [
      'add table inet pigeon',
      'add chain inet pigeon in { type filter hook input priority 0; }',
      'add chain inet pigeon out { type filter hook output priority 0; }',
      ...rules,
    ]
    const args = ['netns', 'exec', this.#names[index] as string, 'nft', '-f', '-']
    const { status, stderr } = spawnSync('ip', args, { input: `${all.join('\n')}\n` })
    if (status !== 0) throw new Error(`nft: ${stderr.toString()}`)
  }
}

function addressOf(index: number): string {
  return `${NET}.${index + 1}`
}

function addMachine(bridge: string, name: string, index: number): boolean {
  const [outside, inside] = [`${name}o`, `${name}i`]
  const within = ['ip', 'netns', 'exec', name, 'ip']
  return (
    run('ip', 'netns', 'add', name) &&
    run('ip', 'link', 'add', outside, 'type', 'veth', 'peer', 'name', inside) &&
    run('ip', 'link', 'set', outside, 'master', bridge) &&
    run('ip', 'link', 'set', outside, 'up') &&
    run('ip', 'link', 'set', inside, 'netns', name) &&
    run(...within, 'addr', 'add', `${addressOf(index)}/24`, 'dev', inside) &&
    run(...within, 'link', 'set', inside, 'up') &&
    run(...within, 'link', 'set', 'lo', 'up')
  )
}
