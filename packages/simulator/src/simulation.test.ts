import { expect, test } from 'vitest'
import { Simulation } from './index.ts'

test('timers run in virtual time, in order, and a cancelled one does not', () => {
  const simulation = new Simulation({ seed: 1, startAt: 0 })
  const { clock } = simulation
  const log: string[] = []
  clock.after(20, () => log.push(`b ${clock.now()}`))
  clock.after(10, () => {
    log.push(`a ${clock.now()}`)
    clock.after(10, () => log.push(`c ${clock.now()}`))
  })
  clock.after(15, () => log.push('never'))()
  simulation.run(100)
  expect(log).toEqual(['a 10', 'b 20', 'c 20'])
  expect(simulation.now).toBe(100)
  expect(simulation.events).toBe(3)
  expect(simulation.pending).toBe(0)
})

test('running stops at the given time, and where a check holds', () => {
  const simulation = new Simulation({ seed: 1 })
  let count = 0
  const tick = () => {
    count++
    simulation.clock.after(10, tick)
  }
  tick()
  simulation.run(35)
  expect(count).toBe(4)
  expect(simulation.runUntil(() => count === 6, 1000)).toBe(true)
  expect(simulation.now).toBe(50)
  expect(simulation.runUntil(() => count === 1000, 100)).toBe(false)
  expect(simulation.now).toBe(150)
  expect(simulation.runUntil(() => count >= 21, 1000, 25)).toBe(true)
  expect(simulation.now).toBe(200)
})

test('promises settle before time moves on', async () => {
  const simulation = new Simulation({ seed: 1 })
  const log: number[] = []
  const wait = (ms: number) =>
    new Promise<void>((resolve) => void simulation.clock.after(ms, resolve))
  const work = async () => {
    for (let round = 0; round < 3; round++) {
      await wait(10)
      await Promise.all([Promise.resolve(), Promise.resolve().then(() => {})])
      log.push(simulation.now)
    }
  }
  void work()
  expect(await simulation.runUntilAsync(() => log.length === 3, 1000)).toBe(true)
  expect(log).toEqual([10, 20, 30])
})

test('a stream depends on seed and name alone', () => {
  const draw = (seed: number, ...names: string[]) => {
    const simulation = new Simulation({ seed })
    return names.map((name) => simulation.random(name).uint32()).at(-1)
  }
  expect(draw(1, 'x')).toBe(draw(1, 'other', 'x'))
  expect(draw(1, 'x')).not.toBe(draw(2, 'x'))
  expect(draw(1, 'x')).not.toBe(draw(1, 'y'))
})

test('a stream is even enough', () => {
  const random = new Simulation({ seed: 3 }).random('even')
  const counts = new Array<number>(10).fill(0)
  for (let count = 0; count < 100_000; count++) {
    const index = random.below(10)
    counts[index] = (counts[index] ?? 0) + 1
  }
  for (const count of counts) expect(Math.abs(count - 10_000)).toBeLessThan(500)
  const shuffled = random.shuffled([1, 2, 3, 4, 5])
  expect(shuffled.toSorted()).toEqual([1, 2, 3, 4, 5])
})

test('an error in an event names seed and time', () => {
  const simulation = new Simulation({ seed: 77 })
  simulation.clock.after(12, () => {
    throw new Error('no')
  })
  expect(() => simulation.run(100)).toThrow('seed 77, 12 ms, event 1: no')
  expect(() => new Simulation({ seed: 0.5 })).toThrow('seed is a whole number, got 0.5')
})
