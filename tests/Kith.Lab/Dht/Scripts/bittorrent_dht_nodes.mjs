// DHT nodes of npm's bittorrent-dht, one for each address given, and a socket through which a scenario tells them what to do.
//
//     bittorrent_dht_nodes.mjs SOCKET PORT KNOWN ADDRESS ...      KNOWN: addresses of nodes they begin with, by commas
//
// One JSON object comes in on a connection, one goes out. Everything binary is hexadecimal. `query` asks one node one thing, past every table.
import crypto from 'node:crypto'
import net from 'node:net'
import readline from 'node:readline'
import { pathToFileURL } from 'node:url'

const load = file => import(pathToFileURL(`${process.env.LAB_NPM}/node_modules/${file}`))
const { Client } = await load('bittorrent-dht/index.js')
const { default: Socket } = await load('k-rpc-socket/index.js')

const [path, portText, known, ...addresses] = process.argv.slice(2)
const port = Number(portText)
const waitMilliseconds = 20000
const bytes = hex => Buffer.from(hex, 'hex')
const hex = value => Buffer.from(value).toString('hex')

// Raw Ed25519 keys as Node wants them (RFC 8410).
const publicKey = raw => crypto.createPublicKey({ key: Buffer.concat([bytes('302a300506032b6570032100'), Buffer.from(raw)]), format: 'der', type: 'spki' })
const privateKey = seed => crypto.createPrivateKey({ key: Buffer.concat([bytes('302e020100300506032b657004220420'), seed]), format: 'der', type: 'pkcs8' })
const verify = (signature, message, key) => crypto.verify(null, Buffer.from(message), publicKey(key), Buffer.from(signature))

const nodes = await Promise.all(addresses.map(address => new Promise(resolve => {
  const node = new Client({ bootstrap: known.split(',').map(host => `${host}:${portText}`), verify, host: address, timeBucketOutdated: 60000 })
  node.on('error', error => console.error(address, error.message))
  node.listen(port, address, () => resolve(node))
})))
const asker = new Socket({ timeout: 5000 })
await new Promise(resolve => asker.bind(port + 1, addresses[0], resolve))

const limited = begin => new Promise(resolve => {
  const timer = setTimeout(() => resolve({ error: `nothing in ${waitMilliseconds} ms` }), waitMilliseconds)
  begin(answer => {
    clearTimeout(timer)
    resolve(answer)
  })
})

const text = value => Buffer.from(value).toString()

const actions = {
  state: node => ({ nodes: node.toJSON().nodes.length }),
  putImmutable: (node, request) => limited(done => node.put({ v: Buffer.from(request.value) }, (error, target, count) =>
    done(error ? { error: error.message } : { target: hex(target), nodes: count }))),
  getImmutable: (node, request) => limited(done => node.get(bytes(request.target), (error, found) =>
    done(error ? { error: error.message } : { value: found ? text(found.v) : null }))),
  putMutable: (node, request) => limited(done => {
    const key = privateKey(bytes(request.seed))
    const item = { k: bytes(request.publicKey), seq: request.sequence, v: Buffer.from(request.value), sign: message => crypto.sign(null, message, key) }
    if (request.salt) item.salt = Buffer.from(request.salt)
    node.put(item, (error, target, count) => done(error ? { error: error.message } : { target: hex(target), nodes: count, sequence: request.sequence }))
  }),
  getMutable: (node, request) => limited(done => {
    const salt = request.salt ? Buffer.from(request.salt) : undefined
    const target = crypto.createHash('sha1').update(Buffer.concat([bytes(request.publicKey), salt ?? Buffer.alloc(0)])).digest()
    node.get(target, { salt, cache: false }, (error, found) => done(error ? { error: error.message } : { value: found ? text(found.v) : null, sequence: found?.seq }))
  }),
  announce: (node, request) => limited(done => node.announce(bytes(request.infoHash), request.port, error => done(error ? { error: error.message } : {}))),
  peers: (node, request) => limited(done => {
    const found = []
    const take = (peer, hash) => hex(hash) === request.infoHash && found.push(`${peer.host}:${peer.port}`)
    node.on('peer', take)
    node.lookup(bytes(request.infoHash), () => {
      node.removeListener('peer', take)
      done({ peers: found })
    })
  }),
  query: (_, request) => limited(done => {
    const a = Object.fromEntries(Object.entries(request.a).map(([name, value]) => [name, typeof value === 'string' ? bytes(value) : value]))
    asker.query({ host: request.host, port: request.port }, { q: request.q, a }, (error, answer) => {
      if (error) return done({ error: error.message })
      const plain = {}
      for (const [name, value] of Object.entries(answer.r)) {
        plain[name] = Array.isArray(value) ? value.map(hex) : typeof value === 'number' ? value : hex(value)
      }
      done({ r: plain, ip: answer.ip && hex(answer.ip) })
    })
  })
}

net.createServer({ allowHalfOpen: true }, connection => {
  readline.createInterface({ input: connection }).on('line', async line => {
    let answer
    try {
      const request = JSON.parse(line)
      answer = await actions[request.do](nodes[request.node], request)
    } catch (error) {
      answer = { error: String(error.stack) }
    }
    if (connection.writable) connection.end(JSON.stringify(answer) + '\n')
  })
  connection.on('error', () => {})
}).listen(path, () => console.log(`bittorrent-dht: ${nodes.length} nodes`))
