// Cost per step along four lines: width, depth, batch, threads. A point is a workload made from its name (`findCase`), measured as all are:
// its answer first, then turns that go round the engines.
import { findCase, productOperations } from '../cases/index.mjs'
import { findEngine } from '../engines/index.mjs'
import { computeAnswer, isQuick } from './expected.mjs'
import { answerOf, measureCase } from './measure.mjs'
import { closePlayers, describePlayers, openPlayers } from './players.mjs'
import { short } from './stats.mjs'

const INPUTS = 64
const CLASSES = 10

/** A network of hidden layers of one width. */
const named = (width, depth, batch) => `${[INPUTS, ...Array(depth).fill(width), CLASSES].join('-')} b${batch}`

const doubling = (from, to) => Array.from({ length: Math.log2(to / from) + 1 }, (_, i) => from * 2 ** i)

/** What varies in each panel, and what stays. */
export const sweeps = [
  {
    id: 'width',
    label: 'units of both hidden layers',
    note: 'batch 32',
    points: doubling(8, 1024).map((x) => ({ x, name: named(x, 2, 32) })),
  },
  {
    id: 'depth',
    label: 'hidden layers of 128 units',
    note: 'batch 32',
    points: doubling(1, 16).map((x) => ({ x, name: named(128, x, 32) })),
  },
  {
    id: 'batch',
    label: 'rows in a batch',
    note: 'two hidden layers of 128 units',
    points: doubling(1, 1024).map((x) => ({ x, name: named(128, 2, x) })),
  },
]

/** Workloads of the fourth panel, from one that is too small for threads to two that are not. */
export const threaded = ['24-16-4 b16', '64-64-64-10 b32', '784-128-10 b128', '784-512-512-10 b128']

/** Times of `players` on a workload by engine id; the answer is the reference's where it is quick, else the first player's. */
async function measurePoint(name, players, settings, log) {
  const testCase = findCase(name)
  const answer = isQuick(testCase) ? computeAnswer(testCase) : await answerOf(players[0].child, testCase)
  const results = await measureCase(testCase, answer, players, settings, log)
  return { operations: productOperations(testCase), results }
}

/** Says what has no time, and why. */
function complain(name, results, say) {
  for (const [id, { ms, reason }] of Object.entries(results)) if (!ms) say(`  ${name}: ${id}: ${reason.split('\n')[0]}`)
}

/** The first three panels. @returns `{ engines, unavailable, panels }` */
async function measureSweeps(engines, programs, settings, log, say) {
  const { players, unavailable } = await openPlayers(engines, programs)
  const measured = new Map()
  const panels = []
  for (const { points, ...sweep } of players.length > 0 ? sweeps : []) {
    for (const { name } of points) {
      if (measured.has(name)) continue
      measured.set(name, await measurePoint(name, players, settings, log))
      complain(name, measured.get(name).results, say)
    }
    panels.push({ ...sweep, points: points.map((point) => ({ ...point, ...measured.get(point.name) })) })
  }
  await closePlayers(players)
  return { engines: describePlayers(players), unavailable, panels }
}

/** The fourth: one engine for each number of threads, all of one build, whose losses must be the same bits. */
async function measureThreads(cores, programs, settings, log, say) {
  const counts = Array.from({ length: cores }, (_, i) => i + 1)
  const chosen = counts.map((count) => findEngine(`ravine@auto+${count}`))
  const { players, unavailable } = await openPlayers(chosen, programs)
  const lines = []
  for (const name of players.length > 0 ? threaded : []) {
    const { operations, results } = await measurePoint(name, players, settings, log)
    complain(name, results, say)
    const losses = new Set(Object.values(results).flatMap(({ loss }) => loss ?? []))
    const points = players.flatMap(({ engine, facts }) => {
      const { ms } = results[engine.id]
      return ms ? [{ x: facts.threads, ms }] : []
    })
    lines.push({ name, operations, points, sameBits: losses.size === 1 })
  }
  await closePlayers(players)
  return { variant: players[0]?.facts.variant, unavailable, lines }
}

/**
 * @param engines those of the first three panels
 * @param programs `{ node, python }`
 * @param cores up to how many threads the fourth panel goes
 * @param settings a row of `pace`
 * @returns `{ engines, unavailable, panels, threads }`
 */
export async function measureScaling(engines, programs, cores, settings, log, say) {
  const run = await measureSweeps(engines, programs, settings, log, say)
  const threads = await measureThreads(cores, programs, settings, log, say)
  return { ...run, unavailable: [...run.unavailable, ...threads.unavailable], threads }
}

const gigaflops = (operations, ms) => operations / ms / 1e6

/** The points as rows of a table: ms per step of each engine, and the rate of the first one's products if nothing else took time. */
export function scalingRows({ engines, panels, threads }) {
  const ids = engines.map(({ id }) => id)
  const sections = panels.map(({ id, label, points }) => ({
    title: label,
    header: [id, ...ids, `${ids[0]}, GFLOP/s`],
    rows: points.map(({ x, operations, results }) => {
      const times = ids.map((engine) => results[engine]?.ms?.median)
      return [
        String(x),
        ...times.map((ms) => (ms ? short(ms) : '–')),
        times[0] ? short(gigaflops(operations, times[0])) : '–',
      ]
    }),
  }))
  const counts = [...new Set(threads.lines.flatMap(({ points }) => points.map(({ x }) => x)))]
  if (counts.length === 0) return sections
  const last = {
    title: `threads (${threads.variant})`,
    header: ['', ...counts.map(String), 'same bits'],
    rows: threads.lines.map(({ name, points, sameBits }) => {
      const at = (count) => points.find(({ x }) => x === count)?.ms.median
      return [name, ...counts.map((count) => (at(count) ? short(at(count)) : '–')), sameBits ? 'yes' : 'NO']
    }),
  }
  return [...sections, last]
}
