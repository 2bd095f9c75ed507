'use strict';
// Runs clients of socket.io-client 2, 3 and 4 as it is told on standard input, and tells on standard
// output what comes to them: one JSON object a line, in both directions. tests/lib/sio.py speaks it.
//
//     {"id":1,"do":"open","version":4,"url":U,"options":{...}}     {"id":1,"do":"emit","args":[...],"ack":"a"}
//     {"id":1,"do":"drop"}  the line breaks, as by a reset         {"id":1,"do":"close"}  the client says goodbye
//     {"id":1,"do":"open-line"}  manager.open(): a dropped client comes back
//
// What comes: {"id":1,"is":"connect"|"event"|"ack"|"disconnect"|"error"|"upgrade"|"reply", ...}.
// The environment variable NODE_FOLDER names the folder that the packages are installed in.

const { createRequire } = require('module');
const path = require('path');
const readline = require('readline');

const packages = createRequire(path.join(process.env.NODE_FOLDER, 'package.json'));
const clients = new Map();

function tell(id, is, more) {
  process.stdout.write(JSON.stringify({ id, is, ...more }) + '\n');
}

function transportOf(socket) {
  const engine = socket.io.engine;
  return engine ? engine.transport.name : null;
}

// A Buffer as {"binary": hex}, however deep: JSON would make numbers of it.
function plain(value) {
  if (Buffer.isBuffer(value)) return { binary: value.toString('hex') };
  if (value instanceof ArrayBuffer) return { binary: Buffer.from(value).toString('hex') };
  if (Array.isArray(value)) return value.map(plain);
  if (value && typeof value === 'object') {
    return Object.fromEntries(Object.entries(value).map(([k, v]) => [k, plain(v)]));
  }
  return value;
}

function unplain(value) {
  if (Array.isArray(value)) return value.map(unplain);
  if (value && typeof value === 'object') {
    if (typeof value.binary === 'string') return Buffer.from(value.binary, 'hex');
    return Object.fromEntries(Object.entries(value).map(([k, v]) => [k, unplain(v)]));
  }
  return value;
}

function hearEvents(id, socket) {
  const onevent = socket.onevent;
  socket.onevent = function (packet) {
    const args = packet.data.slice();
    const wanted = packet.id !== undefined;
    tell(id, 'event', { args: plain(args), wanted });
    if (wanted) socket.ack(packet.id)('thanks');
    onevent.call(this, packet);
  };
}

// Each opening has an engine of its own, which is there at once.
function hearUpgrade(id, socket) {
  socket.io.engine.on('upgrade', (transport) => tell(id, 'upgrade', { transport: transport.name }));
}

function open(id, { version, url, options }) {
  const io = packages('socket.io-client-' + version);
  const socket = io(url, { forceNew: true, reconnection: false, timeout: 60000, ...options });
  clients.set(id, socket);
  hearEvents(id, socket);
  hearUpgrade(id, socket);
  socket.on('connect', () => {
    tell(id, 'connect', { sid: socket.id, recovered: socket.recovered === true,
      transport: transportOf(socket), recoverable: socket._pid !== undefined });
  });
  socket.on('disconnect', (reason) => tell(id, 'disconnect', { reason }));
  const failed = (error) => tell(id, 'error', {
    message: error && error.message !== undefined ? error.message : error });
  socket.on('connect_error', failed);
  socket.on('error', failed); // how version 2 tells of a refused namespace
}

function drop(socket) {
  const transport = socket.io.engine.transport;
  if (transport.ws) {
    transport.ws._socket.resetAndDestroy ? transport.ws._socket.resetAndDestroy()
      : transport.ws._socket.destroy();
  } else {
    // The poll that waits is broken off; the engine takes it for a failed line.
    const poll = transport._pollXhr || transport.pollXhr;
    poll.abort();
    transport.onError('dropped');
  }
}

const actions = {
  open,
  emit(id, { args, ack }) {
    const values = unplain(args);
    if (ack !== undefined) values.push((...answer) => tell(id, 'ack', { ack, args: plain(answer) }));
    clients.get(id).emit(...values);
  },
  drop: (id) => drop(clients.get(id)),
  'open-line': (id, { url }) => {
    if (url) clients.get(id).io.uri = url; // where the server is now
    clients.get(id).connect();
    hearUpgrade(id, clients.get(id));
  },
  close: (id) => clients.get(id).disconnect(),
  transport: (id) => tell(id, 'reply', { transport: transportOf(clients.get(id)) }),
};

const input = readline.createInterface({ input: process.stdin });
input.on('line', (line) => {
  const command = JSON.parse(line);
  actions[command.do](command.id, command);
});
input.on('close', () => process.exit(0));
