// eio-protocol.test.mjs: Engine.IO 4 and Socket.IO 5 byte by byte, against
// tests/load/sio-echo.c
// SPDX-License-Identifier: MIT
//
// What is asked and what must come is the behaviour of the reference (socket.io
// 4.8 on Node) with the deviations that are better for clients. SIO_ECHO names
// another binary than build/sio-echo.

import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { readFileSync } from 'node:fs';
import http from 'node:http';
import { createRequire } from 'node:module';
import net from 'node:net';
import path from 'node:path';
import { after, before, describe, test } from 'node:test';
import { fileURLToPath } from 'node:url';

const require = createRequire(import.meta.url);
const WebSocket = require('ws');
const { io } = require('socket.io-client');

const root = path.resolve(path.dirname(fileURLToPath(import.meta.url)), '../..');
const binary = process.env.SIO_ECHO ?? path.join(root, 'build/sio-echo');
const MAX = 100000;

async function start(...options) {
  const child = spawn(binary, ['--port', '0', '--max-payload', `${MAX}`, ...options],
    { stdio: ['ignore', 'pipe', 'inherit'] });
  const ended = new Promise((resolve) => child.once('exit', (code, signal) => resolve({ code, signal })));
  const port = await new Promise((resolve, reject) => {
    child.stdout.once('data', (data) => resolve(Number(data)));
    child.once('error', reject);
    ended.then((how) => reject(new Error(`sio-echo: ${JSON.stringify(how)}`)));
  });
  return { child, port, ended };
}

async function stop(server) {
  server.child.kill('SIGTERM');
  const { code, signal } = await server.ended;
  assert.deepEqual({ code, signal }, { code: 0, signal: null });
}

let server;

function request(options) {
  const { query = '', pathname = '/socket.io/', body, on, ...rest } = options;
  return new Promise((resolve, reject) => {
    const req = http.request({
      host: '127.0.0.1', port: server.port, agent: false,
      path: `${pathname}?${query}`, ...rest,
    }, (res) => {
      const parts = [];
      res.on('data', (data) => parts.push(data));
      res.on('end', () => resolve({
        status: res.statusCode, headers: res.headers, body: Buffer.concat(parts).toString(),
      }));
      res.on('error', reject);
    });
    req.on('error', reject);
    on?.(req);
    req.end(body);
  });
}

const get = (sid, more) => request({ query: `EIO=4&transport=polling&sid=${sid}`, ...more });
const post = (sid, body, more) => request({
  query: `EIO=4&transport=polling&sid=${sid}`, method: 'POST', body,
  headers: { 'Content-Type': 'text/plain;charset=UTF-8' }, ...more,
});

async function open(query = '') {
  const res = await request({ query: `EIO=4&transport=polling${query}` });
  assert.equal(res.status, 200);
  assert.equal(res.body[0], '0');
  return JSON.parse(res.body.slice(1)).sid;
}

const UNKNOWN = { status: 400, body: '{"code":1,"message":"Session ID unknown"}' };
async function assertAnswer(promise, want) {
  const { status, body } = await promise;
  assert.deepEqual({ status, body }, want);
}
const assertGone = (sid) => assertAnswer(get(sid), UNKNOWN);

// A WebSocket whose messages are read one by one; the end is { close: code }.
function socket(query = 'EIO=4&transport=websocket', options = {}) {
  const ws = new WebSocket(`ws://127.0.0.1:${options.port ?? server.port}/socket.io/?${query}`, options);
  const queue = [];
  const waiting = [];
  const put = (item) => (waiting.length ? waiting.shift()(item) : queue.push(item));
  ws.on('message', (data, isBinary) => put(isBinary ? data : data.toString()));
  ws.on('close', (code) => put({ close: code }));
  ws.on('error', () => {});
  ws.next = () => (queue.length ? Promise.resolve(queue.shift())
    : new Promise((resolve) => waiting.push(resolve)));
  ws.opened = new Promise((resolve, reject) => {
    ws.once('open', resolve);
    ws.once('error', reject);
    ws.once('unexpected-response', (req, res) => {
      let body = '';
      res.on('data', (data) => { body += data; });
      res.on('end', () => reject(Object.assign(new Error('refused'), { status: res.statusCode, body })));
    });
  });
  ws.opened.catch(() => {});
  return ws;
}

async function connected(nsp = '') {
  const ws = socket();
  await ws.opened;
  assert.match(await ws.next(), /^0\{/);
  ws.send(`40${nsp}`);
  assert.match(await ws.next(), new RegExp(`^40${nsp}{"sid":"[A-Za-z0-9_-]{20}"}$`));
  assert.equal(await ws.next(), `42${nsp}["auth",{}]`);
  return ws;
}

// A held GET: sent, and known to the server once its own POST was answered.
function hold(sid) {
  const answer = get(sid);
  answer.catch(() => {});
  return post(sid, '3').then(() => post(sid, '3')).then(() => ({ answer }));
}

describe('Engine.IO', () => {
  before(async () => { server = await start('--cors', '*'); });
  after(() => stop(server));

  describe('handshake', () => {
    test('open packet over polling', async () => {
      const res = await request({ query: 'EIO=4&transport=polling&t=abc' });
      assert.equal(res.status, 200);
      assert.equal(res.headers['content-type'], 'text/plain; charset=UTF-8');
      assert.equal(res.headers['cache-control'], 'no-store');
      assert.equal(Number(res.headers['content-length']), res.body.length);
      const data = JSON.parse(res.body.slice(1));
      assert.deepEqual(Object.keys(data), ['sid', 'upgrades', 'pingInterval', 'pingTimeout', 'maxPayload']);
      assert.match(data.sid, /^[A-Za-z0-9_-]{20}$/);
      assert.deepEqual(data.upgrades, ['websocket']);
      assert.equal(data.maxPayload, MAX);
    });

    test('open packet over WebSocket', async () => {
      const ws = socket();
      const text = await ws.next();
      assert.deepEqual(JSON.parse(text.slice(1)).upgrades, []);
      ws.close();
    });

    const json = (code, message) => ({ status: 400, body: JSON.stringify({ code, message }) });
    const cases = [
      ['no transport', { query: 'EIO=4' }, json(0, 'Transport unknown')],
      ['unknown transport', { query: 'EIO=4&transport=abc' }, json(0, 'Transport unknown')],
      ['transport is checked before the version', { query: 'EIO=3&transport=abc' }, json(0, 'Transport unknown')],
      ['unknown sid', { query: 'EIO=4&transport=polling&sid=abc' }, json(1, 'Session ID unknown')],
      ['POST without sid', { query: 'EIO=4&transport=polling', method: 'POST', body: '40' }, json(2, 'Bad handshake method')],
      ['PUT without sid', { query: 'EIO=4&transport=polling', method: 'PUT' }, json(2, 'Bad handshake method')],
      ['HEAD without sid', { query: 'EIO=4&transport=polling', method: 'HEAD' }, { status: 400, body: '' }],
      ['websocket without Upgrade', { query: 'EIO=4&transport=websocket' }, json(3, 'Bad request')],
      ['no version', { query: 'transport=polling' }, json(5, 'Unsupported protocol version')],
      ['version 3', { query: 'EIO=3&transport=polling' }, json(5, 'Unsupported protocol version')],
      ['version 5', { query: 'EIO=5&transport=polling' }, json(5, 'Unsupported protocol version')],
      ['version abc', { query: 'EIO=abc&transport=polling' }, json(5, 'Unsupported protocol version')],
    ];
    for (const [name, options, want] of cases)
      test(name, async () => {
        const res = await request(options);
        assert.deepEqual({ status: res.status, body: res.body }, want);
        assert.equal(res.headers['content-type'], 'application/json');
        assert.equal(res.headers['access-control-allow-origin'], '*');
      });

    test('an empty sid counts as absent', async () => {
      assert.equal((await request({ query: 'EIO=4&transport=polling&sid=' })).status, 200);
    });
    test('the path: longer ones match, others are not found', async () => {
      assert.equal((await request({ query: 'EIO=4&transport=polling', pathname: '/socket.io/x' })).status, 200);
      assert.equal((await request({ query: 'EIO=4&transport=polling', pathname: '/socket.io' })).status, 404);
      assert.equal((await request({ query: 'EIO=4&transport=polling', pathname: '/' })).status, 404);
    });
    test('preflight', async () => {
      const res = await request({
        query: 'EIO=4&transport=polling', method: 'OPTIONS',
        headers: { Origin: 'http://a', 'Access-Control-Request-Method': 'POST', 'Access-Control-Request-Headers': 'x-a,x-b' },
      });
      assert.equal(res.status, 204);
      assert.equal(res.headers['access-control-allow-origin'], '*');
      assert.equal(res.headers['access-control-allow-methods'], 'GET,HEAD,PUT,PATCH,POST,DELETE');
      assert.equal(res.headers['access-control-allow-headers'], 'x-a,x-b');
      assert.equal(res.headers.vary, 'Access-Control-Request-Headers');
      assert.equal(res.headers['content-length'], '0');
    });
    test('other methods with a sid: 500, the session lives', async () => {
      const sid = await open();
      assert.equal((await get(sid, { method: 'PUT' })).status, 500);
      assert.equal((await get(sid, { method: 'DELETE' })).status, 500);
      await assertAnswer(post(sid, '40'), { status: 200, body: 'ok' });
    });

    const refusals = [
      ['EIO=4&transport=abc', 'Transport unknown'],
      ['EIO=4&transport=websocket&sid=abc', 'Session ID unknown'],
      ['EIO=3&transport=websocket', 'Unsupported protocol version'],
      ['transport=websocket', 'Unsupported protocol version'],
    ];
    for (const [query, message] of refusals)
      test(`a WebSocket is refused: ${query}`, async () => {
        const ws = socket(query);
        await assert.rejects(ws.opened, (err) => {
          assert.equal(err.status, 400);
          assert.equal(err.body, message);
          return true;
        });
      });
    test('a WebSocket on another path is not found', async () => {
      const ws = new WebSocket(`ws://127.0.0.1:${server.port}/other/?EIO=4&transport=websocket`);
      const status = await new Promise((resolve) => {
        ws.on('error', () => {});
        ws.on('unexpected-response', (req, res) => resolve(res.statusCode));
      });
      assert.equal(status, 404);
    });
    test('Upgrade with transport=polling: accepted, then closed', async () => {
      const ws = socket('EIO=4&transport=polling');
      assert.deepEqual(await ws.next(), { close: 1005 });
    });
    test('permessage-deflate is not agreed to', async () => {
      const ws = socket(undefined, { perMessageDeflate: true });
      await ws.opened;
      assert.equal(ws.extensions, '');
      ws.close();
    });
  });

  describe('polling', () => {
    test('messages both ways', async () => {
      const sid = await open();
      const answer = get(sid);
      await assertAnswer(post(sid, '40'), { status: 200, body: 'ok' });
      const text = (await answer).body;
      assert.match(text, /^40\{"sid":"[A-Za-z0-9_-]{20}"\}\x1e42\["auth",\{\}\]$/);
      await post(sid, '42["message",1]\x1e42["message","é"]');
      assert.equal((await get(sid)).body, '42["message-back",1]\x1e42["message-back","é"]');
    });
    test('a POST is answered as HTML "ok"', async () => {
      const sid = await open();
      const res = await post(sid, '40');
      assert.equal(res.headers['content-type'], 'text/html');
      assert.equal(res.body, 'ok');
    });
    test('at most 16 packets in an answer', async () => {
      const sid = await open();
      await post(sid, ['40', ...Array(40).fill('42["message",1]')].join('\x1e'));
      const sizes = [];
      for (let i = 0; i < 3; i++)
        sizes.push((await get(sid)).body.split('\x1e').length);
      assert.deepEqual(sizes, [16, 16, 10]);
    });
    test('at most 128 kB in an answer, but one packet always', async () => {
      const sid = await open();
      const big = 'x'.repeat(90000);
      await post(sid, '40');
      await get(sid);
      await post(sid, `42["message","${big}"]`);
      await post(sid, `42["message","${big}"]`);
      for (let i = 0; i < 2; i++)
        assert.equal((await get(sid)).body, `42["message-back","${big}"]`);
    });
    const bad = [
      ['an empty body', ''],
      ['a separator at the end', '40\x1e'],
      ['an unknown packet type', 'abc'],
      ['a type above 6', '7'],
      ['a ping of the client', '2'],
      ['bytes that are not UTF-8', Buffer.from([0x34, 0x30, 0xff])],
      ['broken base64', 'b!'],
      ['more than 1000 packets', Array(1001).fill('6').join('\x1e')],
    ];
    for (const [name, body] of bad)
      test(`${name} in a POST: ok, and the session is closed`, async () => {
        const sid = await open();
        await assertAnswer(post(sid, body), { status: 200, body: 'ok' });
        await assertGone(sid);
      });
    test('0, 5 and 6 in a POST are ignored', async () => {
      const sid = await open();
      await post(sid, '0\x1e5\x1e6');
      await post(sid, '40');
      assert.match((await get(sid)).body, /^40/);
    });
    test('a POST over maxPayload: 413, the session lives', async () => {
      const sid = await open();
      await assertAnswer(post(sid, 'x'.repeat(MAX + 1)), { status: 413, body: '' });
      await assertAnswer(post(sid, '40'), { status: 200, body: 'ok' });
    });
    test('a chunked POST', async () => {
      const sid = await open();
      const chunked = (parts) => new Promise((resolve, reject) => {
        const req = http.request({ host: '127.0.0.1', port: server.port, agent: false, method: 'POST',
          path: `/socket.io/?EIO=4&transport=polling&sid=${sid}` }, (res) => {
          let body = '';
          res.on('data', (data) => { body += data; });
          res.on('end', () => resolve({ status: res.statusCode, body }));
        });
        req.on('error', reject);
        for (const part of parts)
          req.write(part);
        req.end();
      });
      await assertAnswer(chunked(['4', '0', '\x1e42["message",', '1]']), { status: 200, body: 'ok' });
      assert.match((await get(sid)).body, /\x1e42\["message-back",1\]$/);
      await assertAnswer(chunked(['x'.repeat(MAX), 'y']), { status: 413, body: '' });
      await assertAnswer(chunked(['3']), { status: 200, body: 'ok' });
    });
    test('application/octet-stream: 400, the session is closed', async () => {
      const sid = await open();
      const res = await post(sid, 'x', { headers: { 'Content-Type': 'application/octet-stream' } });
      assert.equal(res.status, 400);
      await assertGone(sid);
    });
    test('1 with a GET held: the GET gets 6, the session is gone', async () => {
      const sid = await open();
      const { answer } = await hold(sid);
      await assertAnswer(post(sid, '1'), { status: 200, body: 'ok' });
      await assertAnswer(answer, { status: 200, body: '6' });
      await assertGone(sid);
    });
    test('a second GET: the first gets 1, the second 400', async () => {
      const sid = await open();
      const { answer } = await hold(sid);
      await assertAnswer(get(sid), { status: 400, body: '' });
      await assertAnswer(answer, { status: 200, body: '1' });
      await assertGone(sid);
    });
    test('a second POST: 400, the first is cut, the session is closed', async () => {
      const sid = await open();
      const first = net.connect(server.port, '127.0.0.1');
      first.on('error', () => {});
      const cut = new Promise((resolve) => first.once('close', resolve));
      first.write(`POST /socket.io/?EIO=4&transport=polling&sid=${sid} HTTP/1.1\r\nHost: a\r\nContent-Length: 10\r\n\r\n40`);
      // Read for certain once a request behind it was answered.
      await get('none');
      await assertAnswer(post(sid, '40'), { status: 400, body: '' });
      await cut;
      await assertGone(sid);
    });
    test('a client that leaves in a POST closes the session', async () => {
      const sid = await open();
      const first = net.connect(server.port, '127.0.0.1');
      first.write(`POST /socket.io/?EIO=4&transport=polling&sid=${sid} HTTP/1.1\r\nHost: a\r\nContent-Length: 10\r\n\r\n40`);
      await get('none');
      first.destroy();
      await get('none');
      await assertGone(sid);
    });
    test('a client that leaves a held GET closes the session', async () => {
      const sid = await open();
      const first = net.connect(server.port, '127.0.0.1');
      first.write(`GET /socket.io/?EIO=4&transport=polling&sid=${sid} HTTP/1.1\r\nHost: a\r\n\r\n`);
      await post(sid, '3');
      await post(sid, '3');
      first.destroy();
      await new Promise((resolve) => { first.once('close', resolve); });
      await assertGone(sid);
    });
    // In 1/100 s; libwebsockets spins where a connection is not read.
    const ticks = (child) => {
      const stat = readFileSync(`/proc/${child.pid}/stat`, 'utf8').split(' ');
      return Number(stat[13]) + Number(stat[14]);
    };
    async function assertIdle(child) {
      const start = ticks(child);
      await new Promise((resolve) => { setTimeout(resolve, 500); });
      assert.ok(ticks(child) - start < 25, `${ticks(child) - start} of 50 ticks`);
    }
    test('one that half-closes or says more while its GET is held costs no CPU', async () => {
      const clients = [];
      for (const last of ['end', 'write']) {
        const sid = await open();
        const client = net.connect(server.port, '127.0.0.1');
        clients.push(client);
        client.on('error', () => {});
        client.write(`GET /socket.io/?EIO=4&transport=polling&sid=${sid} HTTP/1.1\r\nHost: a\r\n\r\n`);
        await post(sid, '3');
        client[last](last === 'write' ? 'GET / HTTP/1.1\r\n' : undefined);
      }
      await assertIdle(server.child);
      for (const client of clients)
        client.destroy();
    });
    test('one that half-closes and does not read a large answer costs no CPU', async () => {
      const outer = server;
      server = await start('--max-payload', '1000000');
      try {
        const sid = await open();
        await post(sid, '40');
        await get(sid);
        await post(sid, `42["message","${'x'.repeat(990000)}"]`);
        const client = net.connect(server.port, '127.0.0.1');
        client.on('error', () => {});
        client.pause();
        client.end(`GET /socket.io/?EIO=4&transport=polling&sid=${sid} HTTP/1.1\r\nHost: a\r\n\r\n`);
        await get('none');
        await assertIdle(server.child);
        client.destroy();
      } finally {
        await stop(server);
        server = outer;
      }
    });
    test('a large answer reaches a slow reader whole', async () => {
      const outer = server;
      server = await start('--max-payload', '3000000');
      try {
        const sid = await open();
        await post(sid, '40');
        await get(sid);
        const big = 'x'.repeat(2900000);
        await post(sid, `42["message","${big}"]`);
        const answer = await get(sid, { on: (req) => req.once('response', (res) => {
          res.pause();
          setTimeout(() => res.resume(), 200);
        }) });
        assert.equal(answer.body, `42["message-back","${big}"]`);
      } finally {
        await stop(server);
        server = outer;
      }
    });
    const line = (sid, method, body) => `${method} /socket.io/?EIO=4&transport=polling&sid=${sid} HTTP/1.1\r\nHost: a\r\n` +
      (body ? `Content-Length: ${body.length}\r\n\r\n${body}` : '\r\n');
    test('requests one after the other on one connection', async () => {
      const sid = await open();
      const client = net.connect(server.port, '127.0.0.1');
      const answers = [];
      for (const request of [line(sid, 'POST', '40'), line(sid, 'POST', '42["message",1]'), line(sid, 'GET'), line(sid, 'POST', '3')]) {
        client.write(request);
        let text = '';
        while (!/\r\n\r\n./.test(text))
          text += await new Promise((resolve) => { client.once('data', resolve); });
        answers.push(text.split('\r\n\r\n')[1]);
      }
      assert.match(answers[2], /^40[^]*42\["message-back",1\]$/);
      assert.deepEqual(answers.filter((_, i) => i !== 2), ['ok', 'ok', 'ok']);
      client.destroy();
    });
    test('the first of pipelined requests is answered, then the connection closed', async () => {
      const sid = await open();
      const client = net.connect(server.port, '127.0.0.1');
      let text = '';
      client.on('data', (data) => { text += data; });
      client.on('error', () => {});
      client.write(line(sid, 'POST', '40') + line(sid, 'POST', '42["message",1]') + line(sid, 'GET') + line(sid, 'POST', '3'));
      await new Promise((resolve) => { client.once('close', resolve); });
      assert.equal(text.match(/HTTP\/1.1/g).length, 1);
      assert.match(text, /ok$/);
      assert.match((await get(sid)).body, /^40[^\x1e]*\x1e[^\x1e]*$/);
    });
    test('HTTP/1.0 without keep-alive is closed after the answer', async () => {
      const client = net.connect(server.port, '127.0.0.1');
      let text = '';
      client.on('data', (data) => { text += data; });
      client.write('GET /socket.io/?EIO=4&transport=polling HTTP/1.0\r\n\r\n');
      await new Promise((resolve) => { client.once('close', resolve); });
      assert.match(text, /^HTTP\/1.1 200 OK/);
    });
    test('binary data as base64', async () => {
      const sid = await open();
      await post(sid, '40');
      await get(sid);
      await post(sid, '451-["message",{"_placeholder":true,"num":0}]\x1ebAQID');
      assert.equal((await get(sid)).body, '451-["message-back",{"_placeholder":true,"num":0}]\x1ebAQID');
    });
    test('close by the server: 41 and 1', async () => {
      const sid = await open();
      await post(sid, '40');
      await get(sid);
      await post(sid, '42["close-me"]');
      await assertAnswer(get(sid), { status: 200, body: '41\x1e1' });
      await assertGone(sid);
    });
  });

  describe('WebSocket', () => {
    const closes = [
      ['an empty frame', ''],
      ['an unknown type', 'abc'],
      ['a ping of the client', '2'],
      ['a close packet', '1'],
      ['an empty message', '4'],
      ['broken base64', 'b!'],
    ];
    for (const [name, text] of closes)
      test(`${name} closes with an empty close frame`, async () => {
        const ws = await connected();
        ws.send(text);
        assert.deepEqual(await ws.next(), { close: 1005 });
      });
    test('a frame over maxPayload closes with 1009', async () => {
      const ws = await connected();
      ws.send(`42["message","${'x'.repeat(MAX)}"]`);
      assert.deepEqual(await ws.next(), { close: 1009 });
    });
    test('fragments over maxPayload close with 1009', async () => {
      const ws = await connected();
      ws.send(`42["message","${'x'.repeat(MAX / 2)}`, { fin: false });
      ws.send('y'.repeat(MAX / 2), { fin: true });
      assert.deepEqual(await ws.next(), { close: 1009 });
    });
    test('text that is not UTF-8 closes with 1007', async () => {
      const ws = await connected();
      ws.send(Buffer.from([0x34, 0x32, 0xff]), { binary: false });
      assert.deepEqual(await ws.next(), { close: 1007 });
    });
    test('a compressed frame that was not agreed to closes with 1002', async () => {
      const ws = await connected();
      ws._socket.write(Buffer.from([0xc1, 0x81, 0, 0, 0, 0, 0x33]));
      assert.deepEqual(await ws.next(), { close: 1002 });
    });
    test('fragments are put together', async () => {
      const ws = await connected();
      ws.send('42["mess', { fin: false });
      ws.send('age","é', { fin: false });
      ws.send('"]', { fin: true });
      assert.equal(await ws.next(), '42["message-back","é"]');
      ws.close();
    });
    test('a message of nearly maxPayload', async () => {
      const ws = await connected();
      const big = 'x'.repeat(MAX - 20);
      ws.send(`42["message","${big}"]`);
      assert.equal(await ws.next(), `42["message-back","${big}"]`);
      ws.close();
    });
    test('pongs, noops and WebSocket pings are taken', async () => {
      const ws = await connected();
      ws.send('3');
      ws.send('6');
      ws.ping();
      await new Promise((resolve) => { ws.once('pong', resolve); });
      ws.send('42["message"]');
      assert.equal(await ws.next(), '42["message-back"]');
      ws.close();
    });
    test('b64=1 gets binary data as text', async () => {
      const ws = socket('EIO=4&transport=websocket&b64=1');
      await ws.next();
      ws.send('40');
      await ws.next();
      await ws.next();
      ws.send('451-["message",{"_placeholder":true,"num":0}]');
      ws.send('bAQID');
      assert.equal(await ws.next(), '451-["message-back",{"_placeholder":true,"num":0}]');
      assert.equal(await ws.next(), 'bAQID');
      ws.close();
    });
    test('a client that does not read is closed', async () => {
      const small = await start('--queue-max', '20000');
      const client = net.connect(small.port, '127.0.0.1');
      const closed = new Promise((resolve) => { client.once('close', resolve); });
      client.on('error', () => {});
      const frame = (text) => {
        const data = Buffer.from(text);
        const head = Buffer.alloc(data.length < 126 ? 6 : 14); // its mask is zeroes
        head[0] = 0x81;
        head[1] = 0x80 | (data.length < 126 ? data.length : 127);
        if (data.length >= 126)
          head.writeUInt32BE(data.length, 6);
        return Buffer.concat([head, data]);
      };
      client.write('GET /socket.io/?EIO=4&transport=websocket HTTP/1.1\r\nHost: a\r\nConnection: Upgrade\r\n' +
        'Upgrade: websocket\r\nSec-WebSocket-Version: 13\r\nSec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==\r\n\r\n');
      await new Promise((resolve) => { client.once('data', resolve); });
      client.pause();
      client.write(frame('40'));
      for (let i = 0; i < 400; i++)
        client.write(frame(`42["message","${'x'.repeat(90000)}"]`));
      await closed;
      await stop(small);
    });
  });

  describe('upgrade', () => {
    const candidate = async (sid) => {
      const ws = socket(`EIO=4&transport=websocket&sid=${sid}`);
      await ws.opened;
      return ws;
    };

    test('the whole dance, with what waits flushed in order', async () => {
      const sid = await open();
      const { answer } = await hold(sid);
      const ws = await candidate(sid);
      ws.send('2probe');
      assert.equal(await ws.next(), '3probe');
      await assertAnswer(answer, { status: 200, body: '6' });
      // A later GET gets its own noop.
      await assertAnswer(get(sid), { status: 200, body: '6' });
      await assertAnswer(get(sid), { status: 200, body: '6' });
      await post(sid, '40');
      ws.send('5');
      assert.match(await ws.next(), /^40\{/);
      assert.equal(await ws.next(), '42["auth",{}]');
      await assertAnswer(get(sid), { status: 400, body: '{"code":3,"message":"Bad request"}' });
      ws.send('42["message",1]');
      assert.equal(await ws.next(), '42["message-back",1]');
      ws.close();
    });
    test('5 and a GET at once: the GET comes too late', async () => {
      for (let i = 0; i < 20; i++) {
        const sid = await open();
        const ws = await candidate(sid);
        ws.send('2probe');
        assert.equal(await ws.next(), '3probe');
        ws.send('5');
        assert.equal((await get(sid)).status, 400);
        ws.terminate();
      }
    });
    test('5 without a probe is accepted', async () => {
      const sid = await open();
      const { answer } = await hold(sid);
      const ws = await candidate(sid);
      ws.send('5');
      await assertAnswer(answer, { status: 200, body: '6' });
      ws.send('40');
      assert.match(await ws.next(), /^40/);
      ws.close();
    });
    test('messages go by GET until 5', async () => {
      const sid = await open();
      const ws = await candidate(sid);
      ws.send('2probe');
      await ws.next();
      await post(sid, '40');
      assert.match((await get(sid)).body, /^40/);
      ws.close();
    });
    test('anything else closes the candidate only', async () => {
      const sid = await open();
      const ws = await candidate(sid);
      ws.send('40');
      assert.deepEqual(await ws.next(), { close: 1005 });
      await post(sid, '40');
      assert.match((await get(sid)).body, /^40/);
      const again = await candidate(sid);
      again.send('2probe');
      assert.equal(await again.next(), '3probe');
      again.close();
    });
    test('a second candidate is accepted and closed', async () => {
      const sid = await open();
      const first = await candidate(sid);
      const second = await candidate(sid);
      assert.deepEqual(await second.next(), { close: 1005 });
      first.send('2probe');
      assert.equal(await first.next(), '3probe');
      first.close();
    });
    test('a WebSocket for an upgraded session is accepted and closed', async () => {
      const sid = await open();
      const ws = await candidate(sid);
      ws.send('5');
      ws.send('40');
      await ws.next();
      const second = await candidate(sid);
      assert.deepEqual(await second.next(), { close: 1005 });
      ws.send('42["message",1]');
      await ws.next();
      assert.equal(await ws.next(), '42["message-back",1]');
      ws.close();
    });
    test('a candidate that goes leaves polling alive', async () => {
      const sid = await open();
      const ws = await candidate(sid);
      ws.send('2probe');
      await ws.next();
      ws.terminate();
      await post(sid, '40');
      assert.match((await get(sid)).body, /^40/);
    });
  });

  describe('Socket.IO packets', () => {
    const closing = [
      '49', '4', '4x', '42{', '42[1', '42["a"]x', '42{}', '42[]', '42[null]', '42[{}]', '42"a"',
      '42["connect"]', '42["connect_error"]', '42["disconnect"]', '42["disconnecting"]',
      '42["newListener"]', '42["removeListener"]',
      '42-1["a"]', '421.5["a"]', '421e3["a"]', '42 5["a"]', '4299999999999999999999["a"]',
      '43{}', '431"a"', '40[]', '40""', '40null', '40', '40/,', '40/', '44', '44{"message":"a"}', '41{}',
      '42/custom,["a"]', '41/custom', '43/nope,1[]',
      '45["a"]', '45x-["a"]', '4511-["a"]', '451.5-["a"]', '45-["a"]',
      '451-["a",{"_placeholder":true,"num":1}]', '451-["a",{"_placeholder":true,"num":-1}]',
      '451-["a",{"_placeholder":true,"num":"0"}]', '451-["a",{"_placeholder":true}]',
      '42["\\ud800"]', `42["a",${'['.repeat(40)}${']'.repeat(40)}]`, '42["a",01]', '42["a",NaN]', "42['a']",
      `42/${'x'.repeat(200)},["a"]`,
    ];
    for (const text of closing)
      test(`closes: ${text.slice(0, 50)}`, async () => {
        const ws = await connected();
        ws.send(text);
        assert.deepEqual(await ws.next(), { close: 1005 });
      });
    const living = [
      '42', '425', '42[1]', '42["no handler"]', '421["no handler",1]', '43', '431', '431[]', '4399[1,2]',
      '450-["a"]', '42["a",{"_placeholder":true,"num":7}]', '40/nope',
    ];
    for (const text of living)
      test(`lives: ${text}`, async () => {
        const ws = await connected();
        ws.send(text);
        ws.send('42["message","after"]');
        let answer = await ws.next();
        if (text === '40/nope') {
          assert.equal(answer, '44/nope,{"message":"Invalid namespace"}');
          answer = await ws.next();
        }
        assert.equal(answer, '42["message-back","after"]');
        ws.close();
      });
    test('a first packet that is not CONNECT closes', async () => {
      for (const text of ['42["message",1]', '41', '431[]', 'x']) {
        const ws = socket();
        await ws.next();
        ws.send(text);
        assert.deepEqual(await ws.next(), { close: 1005 });
      }
    });
    test('CONNECT in its spellings', async () => {
      for (const text of ['40', '40/', '40/,', '40{}', '40/,{"a":1}', '4012{"a":1}', '40/custom', '40/custom,', '40/custom,{"a":1}']) {
        const ws = socket();
        await ws.next();
        ws.send(text);
        const nsp = text.includes('custom') ? '/custom,' : '';
        assert.match(await ws.next(), new RegExp(`^40${nsp}{"sid":"`));
        assert.equal(await ws.next(), `42${nsp}["auth",${text.includes('"a"') ? '{"a":1}' : '{}'}]`);
        ws.close();
      }
    });
    test('an unknown namespace is refused, the connection stays', async () => {
      const ws = socket();
      await ws.next();
      ws.send('40/random');
      assert.equal(await ws.next(), '44/random,{"message":"Invalid namespace"}');
      ws.send('40/custom?x=1,');
      assert.equal(await ws.next(), '44/custom?x=1,{"message":"Invalid namespace"}');
      ws.send('40');
      assert.match(await ws.next(), /^40\{/);
      ws.close();
    });
    test('acknowledgements keep their ids', async () => {
      const ws = await connected();
      for (const [sent, back] of [['0', '0'], ['007', '7'], ['456', '456'], ['9007199254740993', '9007199254740993'],
        ['9999999999999999999', '9999999999999999999']]) {
        ws.send(`42${sent}["message-with-ack",1,"2",{"3":[true]}]`);
        assert.equal(await ws.next(), `43${back}[1,"2",{"3":[true]}]`);
      }
      ws.send('425["message-with-ack"]');
      assert.equal(await ws.next(), '435[]');
      ws.close();
    });
    test('binary events and acknowledgements', async () => {
      const ws = await connected();
      ws.send('452-["message",{"_placeholder":true,"num":0},[{"_placeholder":true,"num":1}]]');
      ws.send(Buffer.from([1, 2, 3]));
      ws.send('3'); // of the engine: may come between
      ws.send(Buffer.from([4, 5, 6]));
      assert.equal(await ws.next(), '452-["message-back",{"_placeholder":true,"num":0},[{"_placeholder":true,"num":1}]]');
      assert.deepEqual(await ws.next(), Buffer.from([1, 2, 3]));
      assert.deepEqual(await ws.next(), Buffer.from([4, 5, 6]));
      ws.send('451-7["message-with-ack",{"_placeholder":true,"num":0}]');
      ws.send(Buffer.alloc(0));
      assert.equal(await ws.next(), '461-7[{"_placeholder":true,"num":0}]');
      assert.deepEqual(await ws.next(), Buffer.alloc(0));
      ws.close();
    });
    test('a binary frame that nobody announced closes', async () => {
      const ws = await connected();
      ws.send(Buffer.from([1]));
      assert.deepEqual(await ws.next(), { close: 1005 });
    });
    test('text while attachments are due closes', async () => {
      const ws = await connected();
      ws.send('451-["message",{"_placeholder":true,"num":0}]');
      ws.send('42["message"]');
      assert.deepEqual(await ws.next(), { close: 1005 });
    });
    test('attachments above maxPayload together close', async () => {
      const ws = await connected();
      ws.send('452-["message",{"_placeholder":true,"num":0},{"_placeholder":true,"num":1}]');
      ws.send(Buffer.alloc(60000));
      ws.send(Buffer.alloc(60000));
      assert.deepEqual(await ws.next(), { close: 1005 });
    });
    test('41 ends the namespace, not the connection', async () => {
      const ws = await connected();
      ws.send('41');
      ws.send('40/custom');
      assert.match(await ws.next(), /^40\/custom,/);
      ws.send('40');
      await ws.next();
      assert.match(await ws.next(), /^40\{/);
      ws.close();
    });
    test('disconnect by the server', async () => {
      const ws = await connected();
      ws.send('42["disconnect-me"]');
      assert.equal(await ws.next(), '41');
      ws.send('40/custom');
      assert.match(await ws.next(), /^40\/custom,/);
      ws.close();
    });
    test('close by the server ends every namespace', async () => {
      const ws = await connected();
      ws.send('40/custom');
      await ws.next();
      await ws.next();
      ws.send('42["close-me"]');
      assert.equal(await ws.next(), '41');
      assert.equal(await ws.next(), '41/custom,');
      assert.deepEqual(await ws.next(), { close: 1005 });
    });
    test('rooms', async () => {
      const members = [await connected(), await connected(), await connected()];
      for (const ws of members) {
        ws.send('421["join","r"]');
        assert.equal(await ws.next(), '431[true]');
      }
      members[1].send('42["leave","r"]');
      members[1].send('42["message"]');
      assert.equal(await members[1].next(), '42["message-back"]');
      members[2].send('42["all","r","hello",{"a":1}]');
      assert.equal(await members[0].next(), '42["all","hello",{"a":1}]');
      assert.equal(await members[2].next(), '42["all","hello",{"a":1}]');
      members[1].send('42["message"]');
      assert.equal(await members[1].next(), '42["message-back"]');
      for (const ws of members)
        ws.close();
    });
  });
});

describe('time', () => {
  before(async () => {
    server = await start('--ping-interval', '300', '--ping-timeout', '200', '--connect-timeout', '400',
      '--upgrade-timeout', '200');
  });
  after(() => stop(server));

  test('pings over WebSocket, and the end when no pong comes', async () => {
    const ws = await connected();
    for (let i = 0; i < 3; i++) {
      assert.equal(await ws.next(), '2');
      ws.send('3');
    }
    assert.equal(await ws.next(), '2');
    ws.send('42["message",1]'); // is no pong
    assert.equal(await ws.next(), '42["message-back",1]');
    assert.deepEqual(await ws.next(), { close: 1005 });
  });
  test('pings over polling, and the end when no pong comes', async () => {
    const sid = await open();
    await post(sid, '40');
    await get(sid);
    await assertAnswer(get(sid), { status: 200, body: '2' });
    await post(sid, '3');
    await assertAnswer(get(sid), { status: 200, body: '2' });
    await assertAnswer(get(sid), { status: 200, body: '1' });
    await assertGone(sid);
  });
  test('after 41 the pings go on', async () => {
    const ws = await connected();
    ws.send('41');
    for (let i = 0; i < 3; i++) {
      assert.equal(await ws.next(), '2');
      ws.send('3');
    }
    ws.close();
  });
  test('who joins no namespace is closed', async () => {
    const ws = socket();
    assert.match(await ws.next(), /^0/);
    ws.send('40/nope');
    assert.match(await ws.next(), /^44/);
    assert.equal(await ws.next(), '2');
    ws.send('3');
    assert.deepEqual(await ws.next(), { close: 1005 });
  });
  test('a candidate without 5 is closed, the session may try again', async () => {
    const sid = await open();
    await post(sid, '40');
    const ws = socket(`EIO=4&transport=websocket&sid=${sid}`);
    await ws.opened;
    ws.send('2probe');
    assert.equal(await ws.next(), '3probe');
    assert.deepEqual(await ws.next(), { close: 1005 });
    assert.match((await get(sid)).body, /^40/);
    const again = socket(`EIO=4&transport=websocket&sid=${sid}`);
    await again.opened;
    again.send('2probe');
    assert.equal(await again.next(), '3probe');
    again.send('5');
    again.close();
  });
  test('without cors there are no headers and no preflight', async () => {
    const res = await request({ query: 'EIO=4&transport=polling', method: 'OPTIONS', headers: { Origin: 'http://a' } });
    assert.equal(res.status, 400);
    assert.equal(JSON.parse(res.body).code, 2);
    assert.equal(res.headers['access-control-allow-origin'], undefined);
  });
});

describe('a list of origins', () => {
  before(async () => { server = await start('--cors', 'https://a.example https://b.example:8443'); });
  after(() => stop(server));

  test('is echoed for those in it only', async () => {
    for (const [origin, allowed] of [['https://a.example', true], ['https://b.example:8443', true],
      ['https://c.example', false], ['https://a.example.evil', false]]) {
      const res = await request({ query: 'EIO=4&transport=polling', headers: { Origin: origin } });
      assert.equal(res.status, 200);
      assert.equal(res.headers.vary, 'Origin');
      assert.equal(res.headers['access-control-allow-origin'], allowed ? origin : undefined);
    }
  });
});

describe('the end of the server', () => {
  test('WebSockets get 1001 and no 41, held polls their end', async () => {
    server = await start();
    const ws = await connected();
    const sid = await open();
    const { answer } = await hold(sid);
    server.child.kill('SIGTERM');
    assert.deepEqual(await ws.next(), { close: 1001 });
    await assertAnswer(answer, { status: 200, body: '1' });
    const { code, signal } = await server.ended;
    assert.deepEqual({ code, signal }, { code: 0, signal: null });
  });
  test('a busy port is an error', async () => {
    server = await start();
    const second = spawn(binary, ['--port', `${server.port}`], { stdio: 'ignore' });
    const code = await new Promise((resolve) => { second.once('exit', resolve); });
    assert.equal(code, 1);
    await stop(server);
  });
});

describe('socket.io-client', () => {
  before(async () => { server = await start('--max-payload', '1000000', '--cors', '*'); });
  after(() => stop(server));

  const event = (emitter, name) => new Promise((resolve) => { emitter.once(name, resolve); });
  for (const transports of [['polling'], ['websocket'], ['polling', 'websocket']])
    test(`over ${transports.join(' and ')}`, async () => {
      const s = io(`http://127.0.0.1:${server.port}`, {
        transports, auth: { token: 'x' }, forceNew: true, reconnectionDelay: 10,
      });
      try {
        assert.deepEqual(await event(s, 'auth'), { token: 'x' });
        if (transports.length > 1 && s.io.engine.transport.name !== 'websocket')
          await event(s.io.engine, 'upgrade');
        assert.equal(s.io.engine.transport.name, transports.at(-1));
        for (let i = 0; i < 50; i++)
          assert.deepEqual(await s.emitWithAck('message-with-ack', { i, text: 'ä\u0001' }), { i, text: 'ä\u0001' });
        const big = 'é'.repeat(100000);
        assert.equal(await s.emitWithAck('message-with-ack', big), big);
        const back = await s.emitWithAck('message-with-ack', Buffer.from([1, 2, 3]));
        assert.deepEqual(Buffer.from(back), Buffer.from([1, 2, 3]));
        const many = [];
        const all = new Promise((resolve) => {
          s.on('message-back', (i) => { many.push(i); if (many.length === 200) resolve(); });
        });
        for (let i = 0; i < 200; i++)
          s.emit('message', i);
        await all;
        assert.deepEqual(many, [...Array(200).keys()]);
        const again = event(s, 'connect');
        s.io.engine.close();
        await again;
        const custom = s.io.socket('/custom', { auth: { a: 1 } });
        custom.connect();
        assert.deepEqual(await event(custom, 'auth'), { a: 1 });
        const nope = s.io.socket('/nope');
        nope.connect();
        assert.equal((await event(nope, 'connect_error')).message, 'Invalid namespace');
        const ended = event(s, 'disconnect');
        s.emit('disconnect-me');
        assert.equal(await ended, 'io server disconnect');
        custom.disconnect();
      } finally {
        s.io._close();
      }
    });
});
