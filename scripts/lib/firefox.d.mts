export function findFirefox(
  env?: Readonly<Record<string, string | undefined>>,
  platform?: NodeJS.Platform,
  exists?: (path: string) => boolean,
): string
export function provideFirefox(): Promise<void>
