// Has a service worker learn: `?worker=…` is its file and kind, `&init` asks for the fastest build.
const query = new URLSearchParams(location.search)

async function ask() {
  const script = query.get('worker')
  const type = script === 'module.js' ? 'module' : 'classic'
  const scope = `./${script}-${query.has('init')}/`
  const registration = await navigator.serviceWorker.register(`./${script}`, { type, scope })
  const worker = registration.active ?? registration.waiting ?? registration.installing
  const { port1, port2 } = new MessageChannel()
  const answered = new Promise((resolve) => {
    port1.onmessage = ({ data }) => resolve(data)
  })
  worker.postMessage({ asked: query.has('init') ? '?init' : '' }, [port2])
  const result = await answered
  await registration.unregister()
  return result
}

globalThis.result = ask().catch(({ name, message }) => ({ error: name, message }))
