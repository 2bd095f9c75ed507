'use strict';
// The server of npm's socket.io for script/bench --web: by WebSocket only, one room, what is said is
// sent on to all as Teahouse does. NODE_FOLDER names the folder with the package.

const { createRequire } = require('module');
const http = require('http');
const path = require('path');

const { Server } = createRequire(path.join(process.env.NODE_FOLDER, 'package.json'))('socket.io');

const PING_MS = 3600000; // none comes into a measurement
const listener = http.createServer();
const io = new Server(listener, { transports: ['websocket'], pingInterval: PING_MS,
  serveClient: false, perMessageDeflate: false });

let members = 0;
io.on('connection', (socket) => {
  const username = 'm' + String(members++).padStart(5, '0');
  socket.on('msg', ({ msg }) => io.emit('msg', { username, action: 'send msg', msg }));
});

listener.listen({ host: '127.0.0.1', port: 0, backlog: 1024 }, () => {
  console.log('listening npm-socketio 127.0.0.1:' + listener.address().port);
  console.log('ready');
});
