/** Who may import whom: the picture of docs/architecture.md, checked. */

import { describe, expect, it } from 'vitest'
import { filesBelow, importsOf, read, withoutComments } from './sources.ts'

/** The zones of `ts/`: which files, and which other zones they may import. A zone may always import itself. */
const ZONES = {
  errors: { files: /^runtime\/errors\.ts$/, imports: [] },
  generated: { files: /^generated\//, imports: [] },
  checks: { files: /^checks\.ts$/, imports: ['errors'] },
  vocabulary: { files: /^vocabulary\.ts$/, imports: ['errors', 'checks', 'generated'] },
  factories: {
    files: /^(activations|constraints|initializers|losses|metrics|optimizers|regularizers|schedules)\.ts$/,
    imports: ['errors', 'checks', 'vocabulary'],
  },
  runtime: { files: /^(runtime\/|thread-script\.ts$)/, imports: ['errors', 'checks', 'generated'] },
  data: { files: /^(data\/|matrix\.ts$|data\.ts$)/, imports: ['errors', 'checks', 'runtime'] },
  layers: { files: /^layers\//, imports: ['errors', 'checks', 'vocabulary', 'factories', 'data'] },
  single: {
    files: /^(ops|create-optimizer|calculate-gain)\.ts$/,
    imports: ['errors', 'checks', 'vocabulary', 'factories', 'data', 'runtime'],
  },
  surfaces: { files: /^surfaces(\/|\.ts$)/, imports: ['errors', 'checks', 'factories', 'single'] },
  model: {
    files: /^model\//,
    imports: ['errors', 'checks', 'generated', 'vocabulary', 'factories', 'data', 'layers', 'runtime'],
  },
  rbm: {
    files: /^rbm\//,
    imports: ['errors', 'checks', 'data', 'layers', 'runtime', 'model'],
  },
  worker: {
    files: /^worker(\/|\.ts$|-script\.ts$)/,
    imports: ['errors', 'checks', 'data', 'layers', 'model', 'runtime'],
  },
  public: {
    files: /^index\.ts$/,
    imports: ['errors', 'factories', 'data', 'layers', 'single', 'model', 'rbm', 'runtime'],
  },
} as const satisfies Record<string, { files: RegExp; imports: readonly string[] }>

type Zone = keyof typeof ZONES

const files = filesBelow('ts', '.ts')

function zoneOf(file: string): Zone | undefined {
  return (Object.keys(ZONES) as Zone[]).find((zone) => ZONES[zone].files.test(file))
}

it('every file of ts/ has a zone', () => {
  expect(files.length).toBeGreaterThan(30)
  expect(files.filter((file) => zoneOf(file) === undefined)).toEqual([])
})

it('imports point downwards', () => {
  const wrong = files.flatMap((file) => {
    const zone = zoneOf(file) as Zone
    const allowed: readonly string[] = [zone, ...ZONES[zone].imports]
    return importsOf(file)
      .filter(({ from }) => from.endsWith('.ts') && !allowed.includes(zoneOf(from) ?? 'nowhere'))
      .map(({ from }) => `${file} (${zone}) imports ${from} (${zoneOf(from)})`)
  })
  expect(wrong).toEqual([])
})

it('imports name files that exist', () => {
  const missing = files.flatMap((file) =>
    importsOf(file)
      .filter(({ from }) => from.endsWith('.ts') && !files.includes(from))
      .map(({ from }) => `${file}: ${from}`),
  )
  expect(missing).toEqual([])
})

it('there is no cycle', () => {
  const state = new Map<string, 'open' | 'done'>()
  const visit = (file: string, path: readonly string[]): void => {
    if (state.get(file) === 'done') return
    if (state.get(file) === 'open') throw new Error(`a cycle: ${[...path, file].join(' → ')}`)
    state.set(file, 'open')
    for (const { from, typeOnly } of importsOf(file)) {
      if (!typeOnly && files.includes(from)) visit(from, [...path, file])
    }
    state.set(file, 'done')
  }
  for (const file of files) visit(file, [])
  expect(state.size).toBe(files.length)
})

describe('one place alone', () => {
  it('names the generated glue', () => {
    const naming = files.filter((file) => importsOf(file).some(({ from }) => from.endsWith('/ravine.js')))
    expect(naming).toEqual(['runtime/raw.ts'])
  })

  it('names what else is generated from the crate', () => {
    const naming = files.filter((file) =>
      importsOf(file).some(({ from }) => /build\/wasm\/.*(bytes|decode)/.test(from)),
    )
    expect(naming).toEqual(['runtime/binaries.ts', 'runtime/binary-sent.ts', 'runtime/binary.ts'])
  })

  it('makes views of WebAssembly memory', () => {
    expect(files.filter((file) => /memory\.buffer/.test(read(`ts/${file}`)))).toEqual(['runtime/views.ts'])
  })

  it('defines the errors, and nothing throws another', () => {
    const throwing = files.filter((file) => /throw new (Error|TypeError|RangeError)\(/.test(read(`ts/${file}`)))
    expect(throwing).toEqual([])
  })
})

it('needs no package at run time', () => {
  const modules = files.flatMap((file) =>
    importsOf(file).filter(({ from }) => !/\.ts$|build\/(wasm|worker)/.test(from)),
  )
  expect(modules.filter(({ from }) => !from.startsWith('node:'))).toEqual([])
})

it('index.ts is a list of exports and nothing else', () => {
  const statements = withoutComments(read('ts/index.ts')).replace(/export (type )?\{[^}]*\} from '[^']+';?/g, '')
  expect(statements.trim()).toBe('')
})

/** The floors of the crate, from the lowest; a floor may import those below it. */
const FLOORS = [['error', 'simd'], ['rng', 'spec', 'pool'], ['kernels'], ['optim'], ['nn'], ['ffi']]

const modules = filesBelow('crate/src', '.rs').filter((file) => file !== 'lib.rs')
const floorOf = (module: string) => FLOORS.findIndex((floor) => floor.includes(module))
const moduleOf = (file: string) => file.replace(/\.rs$/, '').split('/')[0] ?? ''

describe('the crate', () => {
  it('imports downwards', () => {
    const wrong = modules.flatMap((file) => {
      const used = withoutComments(read(`crate/src/${file}`)).matchAll(/\bcrate::(\w+)/g)
      return [...used]
        .map(([, name = '']) => name)
        .filter((name) => name !== 'vocabulary' && name !== moduleOf(file) && floorOf(name) >= floorOf(moduleOf(file)))
        .map((name) => `${file} uses crate::${name}`)
    })
    expect(modules.map(moduleOf).filter((module) => floorOf(module) < 0)).toEqual([])
    expect(wrong).toEqual([])
  })

  it.each([
    ['says wasm_bindgen in ffi/', /\bwasm_bindgen\b/, /^ffi\//],
    ['says core::arch in simd/', /\b(?:core|std)::arch\b/, /^simd\//],
    [
      'is unsafe where docs/architecture.md allows it',
      /\bunsafe\s*(?:\{|fn|impl)/,
      /^(simd\/|kernels\/gemm\/|nn\/arena\.rs|pool\.rs|ffi\/)/,
    ],
  ])('%s alone', (_, pattern, allowed) => {
    const found = modules.filter((file) => pattern.test(withoutComments(read(`crate/src/${file}`))))
    expect(found.filter((file) => !allowed.test(file))).toEqual([])
    expect(found.length).toBeGreaterThan(0)
  })
})
