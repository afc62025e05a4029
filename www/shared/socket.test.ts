/* socket.test.ts: what the connection says about itself */

import assert from 'node:assert/strict';
import { mock, test } from 'node:test';
import { Connection, NotConnected } from './socket';
import { FakeSocket, settle, useFakeTime } from './testing';

test('a blip is no news, a longer break is', (t) => {
	const tick = useFakeTime(t);
	const socket = new FakeSocket();
	const connection = new Connection({ socket, graceMs: 2000 });

	connection.open();
	socket.fire('connect');
	assert.equal(connection.state.get(), 'online');
	socket.fire('disconnect', 'transport close');
	tick(1999);
	assert.equal(connection.state.get(), 'blip');
	socket.fire('connect');
	tick(5000);
	assert.equal(connection.state.get(), 'online');
	socket.fire('disconnect', 'transport close');
	tick(2000);
	assert.equal(connection.state.get(), 'connecting');
	socket.fire('connect_error');
	assert.equal(connection.state.get(), 'connecting');
	connection.close();
});

test('comes back by itself where the client library does not', (t) => {
	const tick = useFakeTime(t);
	const socket = new FakeSocket();
	const connection = new Connection({ socket });

	connection.open();
	socket.active = false;
	socket.fire('disconnect', 'io server disconnect');
	tick(1000);
	assert.equal(socket.connects, 2);
	socket.fire('connect_error');
	tick(1999);
	assert.equal(socket.connects, 2);
	tick(1);
	assert.equal(socket.connects, 3);
	connection.close();
});

test('nothing is buffered while it is down', async () => {
	const socket = new FakeSocket();
	const connection = new Connection({ socket });

	connection.emit('user_typing', {});
	await assert.rejects(connection.emitWithAck('mark_read', {}),
		NotConnected);
	assert.equal(socket.sent.length, 0);
});

test('onUp runs now and after every connection until stopped', () => {
	const socket = new FakeSocket();
	const connection = new Connection({ socket });
	const fn = mock.fn();

	socket.fire('connect');
	const stop = connection.onUp(fn);

	socket.fire('connect');
	stop();
	socket.fire('connect');
	assert.equal(fn.mock.callCount(), 2);
});

test('a connection that does not answer is given up for another one', async (t) => {
	const tick = useFakeTime(t);
	const socket = new FakeSocket();
	const connection = new Connection({ socket, graceMs: 2000 });
	const downs = mock.fn();

	connection.open();
	connection.onDown(downs);
	socket.fire('connect');
	socket.answer = () => Promise.reject(
		new Error('operation has timed out'));
	await assert.rejects(connection.emitWithAck('mark_read', {}),
		/timed out/);
	assert.equal(socket.connected, false);
	assert.equal(downs.mock.callCount(), 1);
	assert.equal(connection.state.get(), 'blip');
	tick(1000);
	assert.equal(socket.connects, 2);
	tick(1000);
	assert.equal(connection.state.get(), 'connecting');
	connection.close();
});

test('the silence of a connection is not held against the next', async () => {
	const socket = new FakeSocket();
	const connection = new Connection({ socket });
	let lose: (error: Error) => void = () => undefined;

	socket.fire('connect');
	socket.answer = () => new Promise((_, reject) => { lose = reject; });
	const lost = assert.rejects(connection.emitWithAck('mark_read', {}));

	await settle();
	socket.fire('disconnect');
	socket.fire('connect');
	lose(new Error('operation has timed out'));
	await lost;
	assert.equal(socket.connected, true);
	connection.close();
});
