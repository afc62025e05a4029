/* growing.test.ts: a message that is being written, from its first piece to its
 * end */

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Growing } from './growing';
import { Connection } from './socket';
import { FakeSocket, message, useFakeTime } from './testing';

function setup(t: { after(fn: () => void): void })
{
	const wait = useFakeTime(t);
	const socket = new FakeSocket();
	const growing = new Growing(new Connection({ socket }), () => 'c');
	const piece = (index: number, delta: string, id = 'm',
		conversation_id = 'c') => socket.fire('message_delta',
		{ conversation_id, message: id, index, delta });
	const shown = () => growing.messages.get().map(({ id }) =>
		`${id}:${growing.texts.get().get(id)}`);

	return { wait, growing, piece, shown };
}

test('grows piece by piece', (t) => {
	const { growing, piece, shown } = setup(t);

	piece(0, 'Ro');
	const [first] = growing.messages.get();

	assert.equal(first?.sender_type, 'bot');
	piece(1, 'ses ');
	piece(2, '<b>');
	assert.deepEqual(shown(), ['m:Roses <b>']);
	/* nobody who shows the rows has to do it again */
	assert.equal(growing.messages.get()[0], first);
});

test('ends with the message, and does not come back', (t) => {
	const { growing, piece, shown } = setup(t);

	piece(0, 'Ro');
	growing.settle([message(1), message(2, { id: 'm' })]);
	assert.deepEqual(shown(), []);
	assert.equal(growing.texts.get().size, 0);
	piece(1, 'ses');
	piece(0, 'Ro');
	assert.deepEqual(shown(), []);
});

test('keeps what it has when a piece is missing', (t) => {
	const { growing, piece, shown } = setup(t);

	piece(0, 'Ro');
	piece(2, 'are');
	piece(1, 'ses');
	piece(3, 'red');
	assert.deepEqual(shown(), ['m:Ro']);
	growing.settle([message(2, { id: 'm' })]);
	assert.deepEqual(shown(), []);
});

test('shows no middle without a beginning, and no piece twice', (t) => {
	const { piece, shown } = setup(t);

	piece(4, 'ses');
	assert.deepEqual(shown(), []);
	piece(0, 'a', 'other');
	piece(0, 'a', 'other');
	piece(1, 'b', 'other');
	assert.deepEqual(shown(), ['other:ab']);
});

test('is dropped 15 s after the last piece', (t) => {
	const { wait, piece, shown } = setup(t);

	piece(0, 'a');
	wait(14000);
	piece(1, 'b');
	wait(14000);
	/* one that is not shown says as well that there is more */
	piece(3, 'd');
	wait(14999);
	assert.deepEqual(shown(), ['m:ab']);
	wait(1);
	assert.deepEqual(shown(), []);
	piece(4, 'e');
	assert.deepEqual(shown(), []);
});

test('several grow by themselves; other conversations do not count', (t) => {
	const { wait, growing, piece, shown } = setup(t);

	piece(0, 'one');
	piece(0, 'x', 'y', 'another');
	wait(10000);
	piece(0, 'two', 'n');
	assert.deepEqual(shown(), ['m:one', 'n:two']);
	wait(5000);
	assert.deepEqual(shown(), ['n:two']);
	growing.clear();
	assert.deepEqual(shown(), []);
});

test('is never longer than a message can be', (t) => {
	const { piece, shown } = setup(t);

	piece(0, 'x'.repeat(4000));
	piece(1, 'y'.repeat(4000));
	piece(2, 'z');
	assert.deepEqual(shown(), [`m:${'x'.repeat(4000)}`]);
});
