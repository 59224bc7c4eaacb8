import { cpSync, mkdirSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { run } from '../../../../scripts/lib/run.mjs'
import { toolPath } from '../../../../scripts/lib/tool.mjs'
import { gitFiles } from '../repository/git-files.ts'

const AUTHOR = ['-c', 'user.name=check', '-c', 'user.email=check@localhost']

/** A copy of the repository that may be broken: the real tree is only read. */
export class Copy {
  /** Where it is. */
  readonly root: string

  private constructor(root: string) {
    this.root = root
  }

  /** Copies what git tracks, and installs the same dependencies. */
  static async make(from: string): Promise<Copy> {
    const copy = new Copy(mkdtempSync(join(tmpdir(), 'pigeon-self-')))
    for (const path of await gitFiles(from)) {
      const target = join(copy.root, path)
      mkdirSync(dirname(target), { recursive: true })
      cpSync(join(from, path), target)
    }
    const args = [toolPath('pnpm'), 'install', '--frozen-lockfile', '--prefer-offline']
    await run('node', args, { cwd: copy.root, capture: true })
    await copy.#git('init', '--quiet', '--initial-branch=main')
    await copy.#git('add', '--all')
    await copy.#git('commit', '--quiet', '--message=copy')
    return copy
  }

  /** Runs steps of the check in the copy. */
  async check(steps: readonly string[]): Promise<{ code: number; output: string }> {
    const tsx = join(this.root, 'tools/check/node_modules/tsx/dist/cli.mjs')
    const args = [tsx, 'tools/check/src/main.ts', ...steps]
    return run('node', args, { cwd: this.root, capture: true, allowFailure: true })
  }

  /** Takes back every change to tracked files. */
  async restore(): Promise<void> {
    await this.#git('reset', '--quiet', '--hard')
    await this.#git('clean', '--quiet', '-fd')
  }

  remove(): void {
    rmSync(this.root, { recursive: true, force: true })
  }

  async #git(...args: string[]): Promise<void> {
    await run('git', [...AUTHOR, ...args], { cwd: this.root, capture: true })
  }
}
