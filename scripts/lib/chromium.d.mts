export function findChromium(
  env?: Readonly<Record<string, string | undefined>>,
  platform?: NodeJS.Platform,
  exists?: (path: string) => boolean,
): string
export function provideChromium(): Promise<void>
