// One stream over iroh. usage: node iroh.mjs listen | dial ADDRESS BYTES[:STREAMS]...
import { Iroh } from '@number0/iroh';

const alpn = Buffer.from('kith/bench/1');
const chunk = 256 * 1024;

// How much will come, in eight bytes; that much; one byte back.
async function serve(bi) {
  const request = Buffer.alloc(8);
  await bi.recv.readExact(request);
  let left = Number(request.readBigInt64LE());
  const buffer = Buffer.alloc(chunk);
  while (left > 0) {
    const read = await bi.recv.read(buffer);
    if (read === null) throw new Error('ended early');
    left -= Number(read);
  }
  await bi.send.writeAll(Buffer.alloc(1));
  await bi.send.finish();
}

async function send(connection, bytes) {
  const bi = await connection.openBi();
  const request = Buffer.alloc(8);
  request.writeBigInt64LE(BigInt(bytes));
  await bi.send.writeAll(request);
  const buffer = Buffer.alloc(chunk);
  for (let left = bytes; left > 0; left -= chunk) {
    await bi.send.writeAll(left >= chunk ? buffer : buffer.subarray(0, left));
  }
  await bi.send.finish();
  await bi.recv.readExact(Buffer.alloc(1));
}

if (process.argv[2] === 'listen') {
  const node = await Iroh.memory({
    nodeDiscovery: 'None',
    protocols: {
      [alpn]: () => ({
        accept: async (error, connection) => {
          if (error) throw error;
          for (;;) {
            const bi = await connection.acceptBi().catch(() => null);
            if (bi === null) return;
            serve(bi).catch((failure) => console.error(failure.message));
          }
        },
        shutdown: () => {},
      }),
    },
  });
  const address = await node.net.nodeAddr();
  const port = address.addresses.map((one) => one.match(/^[0-9.]+:(\d+)$/)).find((match) => match)[1];
  console.log('address ' + JSON.stringify({ nodeId: address.nodeId, addresses: ['127.0.0.1:' + port] }));
  process.stdin.resume();
  process.stdin.on('end', () => process.exit(0));
} else {
  const node = await Iroh.memory({ nodeDiscovery: 'None' });
  const connection = await node.node.endpoint().connect(JSON.parse(process.argv[3]), alpn);
  for (const word of process.argv.slice(4)) {
    const [bytes, streams = 1] = word.split(':').map(Number);
    const start = process.hrtime.bigint();
    await Promise.all(Array.from({ length: streams }, () => send(connection, Math.floor(bytes / streams))));
    const seconds = Number(process.hrtime.bigint() - start) / 1e9;
    console.log(`streams ${streams} bytes ${bytes} seconds ${seconds.toFixed(4)} MB/s ${(bytes / seconds / 1e6).toFixed(1)}`);
  }
  process.exit(0);
}
