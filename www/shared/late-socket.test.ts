/* late-socket.test.ts: a library that comes late, or not at all */

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { LateSocket } from './late-socket';
import { FakeSocket, settle } from './testing';

test('what was listened to before it came is heard', async () => {
	const real = new FakeSocket();
	const late = new LateSocket(async () => real);
	const heard: string[] = [];
	const gone = () => heard.push('gone');

	late.on('connect', () => heard.push('connect'));
	late.on('connect', gone);
	late.off('connect', gone);
	assert.equal(real.connects, 0);
	late.connect();
	late.connect();
	await settle();
	assert.equal(real.connects, 1);
	late.on('news', () => heard.push('news'));
	real.fire('connect');
	real.fire('news');
	assert.equal(late.connected, true);
	assert.deepEqual(heard, ['connect', 'news']);
	late.emit('typing', 1);
	assert.deepEqual(real.sent, [{ event: 'typing', payload: 1 }]);
});

test('one that cannot be loaded is asked for again', async () => {
	const real = new FakeSocket();
	let failures = 0;
	let loads = 0;
	const late = new LateSocket(async () => {
		if (loads++ === 0)
			throw new Error('offline');
		return real;
	});

	late.on('connect_error', () => failures++);
	late.connect();
	assert.equal(late.active, true);
	await settle();
	assert.deepEqual([failures, late.active, late.connected],
		[1, false, false]);
	await assert.rejects(late.timeout(1).emitWithAck('join'));
	late.connect();
	await settle();
	assert.equal(real.connects, 1);
});

test('one that is no longer wanted when it comes stays closed', async () => {
	const real = new FakeSocket();
	const late = new LateSocket(async () => real);

	late.connect();
	late.disconnect();
	await settle();
	assert.equal(real.connects, 0);
});
