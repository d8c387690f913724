// One stream over libp2p: TCP, noise, yamux. usage: node libp2p.mjs listen | dial ADDRESS BYTES[:STREAMS]...
import { createLibp2p } from 'libp2p';
import { tcp } from '@libp2p/tcp';
import { noise } from '@chainsafe/libp2p-noise';
import { yamux } from '@chainsafe/libp2p-yamux';
import { multiaddr } from '@multiformats/multiaddr';

// What libp2p expects of a newer Node.
Promise.withResolvers ??= function withResolvers() {
  const deferred = {};
  deferred.promise = new this((resolve, reject) => Object.assign(deferred, { resolve, reject }));
  return deferred;
};

const protocol = '/kith/bench/1';
const chunk = 256 * 1024;

const make = (listen) => createLibp2p({
  addresses: { listen },
  transports: [tcp()],
  connectionEncrypters: [noise()],
  streamMuxers: [yamux()],
  connectionManager: { inboundConnectionThreshold: 1000 },
});

// How much will come, in eight bytes; that much; one byte back.
async function serve(stream) {
  let head = Buffer.alloc(0);
  let left = -1;
  for await (const part of stream.source) {
    let length = part.byteLength;
    if (left < 0) {
      head = Buffer.concat([head, part.subarray()]);
      if (head.length < 8) continue;
      left = Number(head.readBigInt64LE());
      length = head.length - 8;
    }
    left -= length;
    if (left <= 0) break;
  }
  await stream.sink([Buffer.alloc(1)]);
}

async function send(connection, bytes) {
  const stream = await connection.newStream(protocol, { maxOutboundStreams: 1000 });
  const request = Buffer.alloc(8);
  request.writeBigInt64LE(BigInt(bytes));
  const buffer = Buffer.alloc(chunk);
  const sent = stream.sink((function* () {
    yield request;
    for (let left = bytes; left > 0; left -= chunk) yield left >= chunk ? buffer : buffer.subarray(0, left);
  })());
  for await (const part of stream.source) if (part.byteLength > 0) break;
  await sent;
}

if (process.argv[2] === 'listen') {
  const node = await make(['/ip4/127.0.0.1/tcp/0']);
  await node.handle(protocol, ({ stream }) => serve(stream).catch((failure) => console.error(failure.message)), { maxInboundStreams: 1000 });
  console.log('address ' + node.getMultiaddrs()[0].toString());
  process.stdin.resume();
  process.stdin.on('end', () => process.exit(0));
} else {
  const node = await make([]);
  const connection = await node.dial(multiaddr(process.argv[3]));
  for (const word of process.argv.slice(4)) {
    const [bytes, streams = 1] = word.split(':').map(Number);
    const start = process.hrtime.bigint();
    await Promise.all(Array.from({ length: streams }, () => send(connection, Math.floor(bytes / streams))));
    const seconds = Number(process.hrtime.bigint() - start) / 1e9;
    console.log(`streams ${streams} bytes ${bytes} seconds ${seconds.toFixed(4)} MB/s ${(bytes / seconds / 1e6).toFixed(1)}`);
  }
  process.exit(0);
}
