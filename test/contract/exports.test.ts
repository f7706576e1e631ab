/** What the package exports: nothing is missing, nothing slips out, everything is documented. */

import { describe, expect, it } from 'vitest'
import { names } from '../../ts/vocabulary.ts'
import { FAMILIES } from '../vocabulary/families.ts'
import { read, resolvePath, withoutComments } from './sources.ts'

/** What `ravine` exports besides the factories of the vocabulary: values, not types. */
const INDEX = [
  // models and layers
  ...['sequential', 'model', 'Model', 'input', 'dense', 'activation', 'prelu', 'maxout', 'dropout', 'gaussianNoise'],
  ...['batchNormalization', 'layerNormalization', 'concatenate', 'add', 'slice', 'split', 'tiedDense', 'lambda'],
  // what the tables do not name
  ...['l1', 'l2', 'l1l2', 'customLoss', 'everyEpoch', 'calculateGain', 'createOptimizer'],
  // Boltzmann machines
  ...['rbm', 'deepBeliefNetwork'],
  // callbacks
  ...['earlyStopping', 'reduceLearningRateOnPlateau', 'modelCheckpoint', 'learningRateScheduler', 'progress'],
  // runtime and errors
  ...['init', 'runtime'],
  ...['RavineError', 'ShapeError', 'ConfigError', 'StateError', 'NumericalError', 'FormatError'],
]

const FACTORIES = FAMILIES.flatMap((row) => names(row.family).filter((name) => !(name in row.without)))

const ENTRIES: Readonly<Record<string, readonly string[]>> = {
  'index.ts': [...INDEX, ...FACTORIES],
  'ops.ts': ['matmul', 'activate', 'activateGradient', 'lossValue', 'lossGradient', 'initialize', 'learningRateAt'],
  'surfaces.ts': [
    ...['beale', 'booth', 'himmelblau', 'rosenbrock', 'rastrigin', 'ackley', 'sixHumpCamel', 'saddle', 'monkeySaddle'],
    ...['illConditionedQuadratic', 'multiMinima', 'race'],
  ],
  'worker.ts': ['workerModel', 'WorkerModel', 'UploadedData'],
}

/** What has no exports: it is run, not imported. */
const SCRIPTS = ['./thread-script', './worker-script']

/** A name that an entry exports, and the declaration behind it. */
interface Exported {
  readonly name: string
  readonly isType: boolean
  readonly file: string
  readonly declared: string
}

const DECLARATION =
  /^export\s+(?:declare\s+)?(?:abstract\s+)?(?:async\s+)?(function|const|class|interface|type)\s+(\w+)/gm

/** All names that a file exports, followed to where they are declared. */
function exportsOf(file: string): Exported[] {
  const text = withoutComments(read(`ts/${file}`))
  const own = [...text.matchAll(DECLARATION)].map(([, kind = '', name = '']) => {
    return { name, isType: kind === 'interface' || kind === 'type', file, declared: name }
  })
  const others = [...text.matchAll(/^export\s+(type\s+)?\{([^}]*)\}\s+from\s+'([^']+)'/gm)].flatMap(
    ([, allTypes, list = '', path = '']) => {
      const from = resolvePath(file, path)
      const behind = exportsOf(from)
      const items = list.split(',').map((item) => item.trim())
      return items
        .filter((item) => item !== '')
        .map((item) => {
          const [, isType, declared = '', alias] = item.match(/^(type\s+)?(\w+)(?:\s+as\s+(\w+))?$/) ?? []
          const found = behind.find((one) => one.name === declared)
          if (found === undefined) throw new Error(`${file} exports ${item}, which ${from} does not`)
          return { ...found, name: alias ?? declared, isType: found.isType || (allTypes ?? isType) !== undefined }
        })
    },
  )
  return [...own, ...others]
}

/** Whether a comment for documentation ends where a declaration begins. */
function isDocumented({ file, declared }: Exported): boolean {
  const words = 'declare|abstract|async|function|const|class|interface|type'
  const declaration = new RegExp(`^export\\s+(?:(?:${words})\\s+)+${declared}\\b`, 'm')
  const before = read(`ts/${file}`).split(declaration)[0]?.trimEnd() ?? ''
  return before.endsWith('*/') && before.lastIndexOf('/**') > before.lastIndexOf('*/', before.length - 3)
}

describe.each(Object.entries(ENTRIES))('%s', (file, expected) => {
  const exported = exportsOf(file)

  it('exports these values and no other', () => {
    const values = exported.filter((one) => !one.isType).map((one) => one.name)
    expect(values.sort()).toEqual([...new Set(expected)].sort())
  })

  it('is what the module has', async () => {
    const module = await import(`../../ts/${file}`)
    expect(Object.keys(module).sort()).toEqual([...new Set(expected)].sort())
  })

  it('documents everything', () => {
    expect(exported.filter((one) => !isDocumented(one)).map((one) => `${one.file}: ${one.declared}`)).toEqual([])
  })
})

it('package.json names every entry', () => {
  const { exports } = JSON.parse(read('package.json')) as { exports: Record<string, unknown> }
  const entries = Object.keys(ENTRIES).map((file) => (file === 'index.ts' ? '.' : `./${file.replace(/\.ts$/, '')}`))
  expect(Object.keys(exports).sort()).toEqual([...entries, ...SCRIPTS, './package.json'].sort())
})
