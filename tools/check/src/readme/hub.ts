/** The address by which READMEs name a hub of their reader. */
const ADDRESS = /localhost:3000/g

/** A hub for the blocks that need one, started when the first asks. */
export class ReadmeHub {
  #port: Promise<number> | undefined
  #stop: (() => Promise<unknown>) | undefined

  /** The code with the port of a hub that runs. */
  async connect(code: string): Promise<string> {
    if (code.search(ADDRESS) < 0) return code
    this.#port ??= this.#start()
    const port = await this.#port
    return code.replaceAll(ADDRESS, `localhost:${port}`)
  }

  async #start(): Promise<number> {
    const { HubServer } = await import('@pigeon/hub/server')
    const hub = new HubServer({ port: 0, auth: 'open' })
    await hub.start()
    this.#stop = () => hub.stop()
    const { address } = hub
    if (address === undefined) throw new Error('the hub did not start')
    return address.port
  }

  async stop(): Promise<void> {
    await this.#stop?.()
  }
}
