/* socket.test.ts: what the connection says about itself */

import assert from 'node:assert/strict';
import { mock, test } from 'node:test';
import type { TestContext } from 'node:test';
import { Connection, NotConnected } from './socket';
import { FakeSocket } from './testing';

/* The types are of an older Node than its present form of the call. */
function useFakeTime(t: TestContext): void
{
	t.mock.timers.enable({ apis: ['setTimeout'] } as never);
}

test('a blip is no news, a longer break is', (t) => {
	useFakeTime(t);
	const socket = new FakeSocket();
	const connection = new Connection({ socket, graceMs: 2000 });

	connection.open();
	socket.fire('connect');
	assert.equal(connection.state.get(), 'online');
	socket.fire('disconnect', 'transport close');
	t.mock.timers.tick(1999);
	assert.equal(connection.state.get(), 'blip');
	socket.fire('connect');
	t.mock.timers.tick(5000);
	assert.equal(connection.state.get(), 'online');
	socket.fire('disconnect', 'transport close');
	t.mock.timers.tick(2000);
	assert.equal(connection.state.get(), 'connecting');
	socket.fire('connect_error');
	assert.equal(connection.state.get(), 'connecting');
	connection.close();
});

test('comes back by itself where the client library does not', (t) => {
	useFakeTime(t);
	const socket = new FakeSocket();
	const connection = new Connection({ socket });

	connection.open();
	socket.active = false;
	socket.fire('disconnect', 'io server disconnect');
	t.mock.timers.tick(1000);
	assert.equal(socket.connects, 2);
	socket.fire('connect_error');
	t.mock.timers.tick(1999);
	assert.equal(socket.connects, 2);
	t.mock.timers.tick(1);
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
