// Serves this repository to a page: modules as they are, an adapter with its library bundled into one. The headers isolate the page from other
// origins, which is what a page needs for shared memory, and so for threads.
import { readFile } from 'node:fs/promises'
import { createServer } from 'node:http'
import { extname, join, normalize } from 'node:path'
import { root } from '../../scripts/lib/run.mjs'

const TYPES = {
  '.js': 'text/javascript',
  '.mjs': 'text/javascript',
  '.json': 'application/json',
  '.wasm': 'application/wasm',
}

const ISOLATED = {
  'cross-origin-opener-policy': 'same-origin',
  'cross-origin-embedder-policy': 'require-corp',
  'cross-origin-resource-policy': 'same-origin',
}

/** An adapter whose library is a package: a page knows no package names. What it imports from elsewhere in the repository stays as it is. */
async function bundle(path) {
  const { build } = await import('esbuild')
  const { outputFiles } = await build({
    entryPoints: [join(root, path)],
    bundle: true,
    format: 'esm',
    platform: 'browser',
    target: 'es2022',
    write: false,
    logLevel: 'silent',
  })
  return outputFiles[0].contents
}

/**
 * @param bundled paths of adapters to bundle
 * @param isolated whether pages get what threads need
 * @returns `{ origin, close() }`
 */
export async function serve(bundled, isolated = true) {
  const shared = isolated ? ISOLATED : {}
  const server = createServer(async (request, response) => {
    const path = normalize(decodeURIComponent(new URL(request.url, 'http://localhost').pathname)).replaceAll('\\', '/')
    const page = path === '/'
    try {
      const body = page
        ? '<!doctype html><meta charset="utf-8"><title>bench</title>'
        : await (bundled.includes(path) ? bundle(path) : readFile(join(root, path)))
      const type = page ? 'text/html' : (TYPES[extname(path)] ?? 'application/octet-stream')
      response.writeHead(200, { 'content-type': type, 'cache-control': 'no-store', ...shared }).end(body)
    } catch (error) {
      response.writeHead(404, { 'content-type': 'text/plain', ...shared }).end(error.message)
    }
  })
  await new Promise((resolve) => server.listen(0, '127.0.0.1', resolve))
  return {
    origin: `http://localhost:${server.address().port}`,
    close() {
      server.closeAllConnections()
      server.close()
    },
  }
}
