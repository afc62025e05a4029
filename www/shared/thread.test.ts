/* thread.test.ts: order, repetition and holes */

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { message } from './testing';
import { Thread } from './thread';

const seqs = (thread: Thread) => thread.messages.get().map((m) => m.seq);

test('live messages in order move the cursor', () => {
	const thread = new Thread();

	thread.load([message(1), message(2)], 2);
	assert.equal(thread.apply(message(3)), true);
	assert.deepEqual(seqs(thread), [1, 2, 3]);
	assert.equal(thread.cursor, 3);
});

test('a message seen before is dropped', () => {
	const thread = new Thread();

	thread.load([message(1)], 1);
	assert.equal(thread.apply(message(1)), false);
	assert.deepEqual(thread.applyMissed([message(1)]), []);
	assert.deepEqual(seqs(thread), [1]);
});

test('history that begins late is no hole', () => {
	let holes = 0;
	const thread = new Thread(() => holes++);

	thread.load([message(101), message(102)], 102);
	thread.apply(message(103));
	assert.equal(holes, 0);
	assert.equal(thread.cursor, 103);
});

test('a hole is asked for once and filled in order', () => {
	let holes = 0;
	const thread = new Thread(() => holes++);

	thread.load([message(1)], 1);
	thread.apply(message(3));
	thread.apply(message(4));
	assert.equal(holes, 1);
	assert.equal(thread.cursor, 1);
	assert.equal(thread.applyMissed([message(2), message(3)]).length, 1);
	thread.settle(4);
	assert.deepEqual(seqs(thread), [1, 2, 3, 4]);
	assert.equal(thread.cursor, 4);
});

test('what the server does not send up to last_seq does not exist', () => {
	let holes = 0;
	const thread = new Thread(() => holes++);

	thread.load([message(1)], 1);
	thread.apply(message(4));
	thread.settle(4);
	assert.equal(thread.cursor, 4);
	assert.equal(holes, 1);
});

test('a message beyond last_seq asks again', () => {
	let holes = 0;
	const thread = new Thread(() => holes++);

	thread.load([message(1)], 1);
	thread.apply(message(5));
	thread.settle(3);
	assert.equal(holes, 2);
});

test('after a failed join the next message asks again', () => {
	let holes = 0;
	const thread = new Thread(() => holes++);

	thread.load([], 0);
	thread.apply(message(2));
	thread.giveUp();
	thread.apply(message(3));
	assert.equal(holes, 2);
});

test('older history goes before and leaves the cursor', () => {
	const thread = new Thread();

	thread.load([message(5)], 5);
	thread.prepend([message(3), message(4)]);
	assert.deepEqual(seqs(thread), [3, 4, 5]);
	assert.equal(thread.cursor, 5);
});
