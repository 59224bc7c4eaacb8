import type { launchChromium } from '@pigeon-tools/browser'
import type { Commands } from './serve.ts'

type Profile = Awaited<ReturnType<Awaited<ReturnType<typeof launchChromium>>['newContext']>>
type Page = Awaited<ReturnType<Profile['newPage']>>

/** What a page puts its commands under, for who opened it. */
interface Global {
  bench?: Record<string, (...args: unknown[]) => unknown>
}

/** Has the tab of this page take commands. */
export function serveTab<C extends Commands>(commands: C): void {
  Object.assign(globalThis, { bench: commands })
}

/** A tab of a browser that takes the commands `C`, as a process does. */
export class Tab<C extends Commands> {
  readonly page: Page

  /** @param url of a page that calls {@link serveTab} */
  static async open<C extends Commands>(profile: Profile, url: string): Promise<Tab<C>> {
    const page = await profile.newPage()
    await page.goto(url)
    await page.waitForFunction(() => 'bench' in globalThis)
    return new Tab<C>(page)
  }

  private constructor(page: Page) {
    this.page = page
  }

  /** @throws Error if the command does */
  call<N extends keyof C & string>(
    command: N,
    ...args: Parameters<C[N]>
  ): Promise<Awaited<ReturnType<C[N]>>> {
    return this.page.evaluate(
      ([name, values]) => (globalThis as Global).bench?.[name]?.(...values),
      [command as string, args as unknown[]] as const,
    ) as Promise<Awaited<ReturnType<C[N]>>>
  }
}
