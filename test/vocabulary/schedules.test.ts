import { describe, expect, it } from 'vitest'
import { adam, encodeOptimizer, resolveOptimizer } from '../../ts/optimizers.ts'
import { ConfigError } from '../../ts/runtime/errors.ts'
import {
  cosineDecay,
  cosineDecayRestarts,
  encodeSchedule,
  everyEpoch,
  linearWarmup,
  multiStepDecay,
  piecewiseConstant,
  resolveSchedule,
  type Schedule,
  stepDecay,
} from '../../ts/schedules.ts'
import { names } from '../../ts/vocabulary.ts'

const code = (name: Schedule['kind']) => names('schedule').indexOf(name)
const inner = cosineDecay({ initialLearningRate: 0.5, decaySteps: 100 })

describe('words', () => {
  it.each([
    ['a number', resolveSchedule(0.25, 'f'), [code('constant'), 0.25]],
    ['plain settings', inner, [code('cosineDecay'), 0.5, 100, 0]],
    [
      'a list',
      multiStepDecay({ initialLearningRate: 1, milestones: [5, 2] }),
      [code('multiStepDecay'), 1, 0.1, 2, 5, 2],
    ],
    [
      'two lists',
      piecewiseConstant({ boundaries: [4], values: [1, 0.5] }),
      [code('piecewiseConstant'), 1, 4, 2, 1, 0.5],
    ],
    [
      'an inner schedule',
      linearWarmup({ warmupSteps: 8, schedule: inner }),
      [code('linearWarmup'), 0, 8, code('cosineDecay'), 0.5, 100, 0],
    ],
    ['an inner number', everyEpoch(0.25), [code('everyEpoch'), code('constant'), 0.25]],
  ] as const)('of %s', (_, schedule, words) => {
    expect(encodeSchedule(schedule)).toEqual(words)
  })

  it('follow the words of an optimizer', () => {
    const plain = encodeOptimizer(adam())
    expect(plain.at(-1)).toBe(0)
    const scheduled = encodeOptimizer(adam({ learningRate: inner }))
    expect(scheduled).toEqual([plain[0], 0, ...plain.slice(2, -1), 1, ...encodeSchedule(inner)])
  })
})

it('freezes lists and copies them', () => {
  const milestones = [3, 5]
  const schedule = multiStepDecay({ initialLearningRate: 1, milestones })
  milestones[0] = 99
  expect(schedule.milestones).toEqual([3, 5])
  expect(Object.isFrozen(schedule.milestones)).toBe(true)
})

it('takes lists in any array of numbers', () => {
  const schedule = multiStepDecay({ initialLearningRate: 1, milestones: Int32Array.of(3, 5) })
  expect(schedule).toEqual(multiStepDecay({ initialLearningRate: 1, milestones: [3, 5] }))
  expect(piecewiseConstant({ boundaries: Uint8Array.of(4), values: Float64Array.of(1, 0.5) })).toEqual(
    piecewiseConstant({ boundaries: [4], values: [1, 0.5] }),
  )
  expect(() => multiStepDecay({ initialLearningRate: 1, milestones: BigInt64Array.of(3n) as never })).toThrow(
    /milestones\[0\] must be a whole number .*; got 3n/,
  )
})

it('checks the schedule inside an optimizer', () => {
  const data = { kind: 'adam', learningRate: { kind: 'cosineDecay', initialLearningRate: -1, decaySteps: 3 } }
  expect(() => resolveOptimizer(data, 'compile')).toThrow(
    'compile adam: learningRate cosineDecay: initialLearningRate must be a finite number, at least 0; got -1',
  )
  expect(resolveOptimizer({ kind: 'adam', learningRate: inner }, 'compile')).toEqual(adam({ learningRate: inner }))
})

describe('refuses', () => {
  const cyclic: Record<string, unknown> = { kind: 'everyEpoch' }
  cyclic.schedule = cyclic
  it.each([
    ['a list that is none', () => multiStepDecay({ initialLearningRate: 1, milestones: 5 as never }), 'milestones'],
    ['a milestone of a half', () => multiStepDecay({ initialLearningRate: 1, milestones: [1, 2.5] }), 'milestones[1]'],
    ['too few values', () => piecewiseConstant({ boundaries: [1, 2], values: [1, 2] }), '3 pieces; got 2 values'],
    ['falling boundaries', () => piecewiseConstant({ boundaries: [2, 1], values: [1, 2, 3] }), 'boundaries[1] is 1'],
    ['equal boundaries', () => piecewiseConstant({ boundaries: [2, 2], values: [1, 2, 3] }), 'must rise'],
    [
      'a shrinking period',
      () => cosineDecayRestarts({ initialLearningRate: 1, firstDecaySteps: 2, tMul: 0.5 }),
      'tMul must be a finite number, at least 1; got 0.5',
    ],
    ['what has no default', () => stepDecay({ stepSize: 2 } as never), 'initialLearningRate must be given'],
    ['no inner schedule', () => linearWarmup({ warmupSteps: 2 } as never), 'schedule must be given'],
    ['an unknown inner one', () => everyEpoch({ kind: 'cosineDecey' } as never), "did you mean 'cosineDecay'?"],
    ['a negative rate', () => everyEpoch(-1), 'got -1'],
    ['endless nesting', () => resolveSchedule(cyclic, 'f'), 'at most 8 deep'],
  ])('%s', (_, make, message) => {
    expect(make).toThrow(ConfigError)
    expect(make).toThrow(message)
  })

  it('nesting that Rust would refuse, and no other', () => {
    const nest = (depth: number): Schedule => everyEpoch(depth === 2 ? 0.1 : nest(depth - 1)) as Schedule
    expect(encodeSchedule(nest(8))).toHaveLength(9)
    expect(() => nest(9)).toThrow('at most 8 deep')
  })
})
