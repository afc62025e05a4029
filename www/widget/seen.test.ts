/* seen.test.ts: ticks of the visitor's messages, and what the agents are told */
/* SPDX-License-Identifier: MIT */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Connection } from '../shared/socket';
import { FakeSocket, message, settle, useFakeTime } from '../shared/testing';
import type { Message } from '../shared/types';
import { Seen } from './seen';

function setup(t: { after(fn: () => void): void })
{
	const tick = useFakeTime(t);
	const socket = new FakeSocket();
	const messages: Message[] = [];
	const seen = new Seen(new Connection({ socket }),
		{ external_id: 'e' }, () => messages);
	const add = (...seqs: number[]) => {
		messages.push(...seqs.map((seq) => message(seq)));
		seen.arrived(messages.at(-1)!.seq);
	};
	/* The ids that were told as read, by message. */
	const told = async () => {
		await settle();
		return socket.sent.splice(0).filter((s) => s.event === 'mark_read')
			.map((s) => s.payload.message_ids);
	};

	socket.answer = () => ({ ok: true });
	socket.fire('connect');
	return { tick, socket, messages, seen, add, told };
}

test('the agents\' side gets further, in this conversation alone', (t) => {
	const { socket, seen } = setup(t);
	const delivered = (id: string, receiver_type: string, seq: number) =>
		socket.fire('messages_delivered', { conversation_id: id, seq,
			receiver_type });

	seen.start('c', 0);
	seen.reached({ delivered_seq: 1, read_seq: 1 });
	delivered('c', 'agent', 4);
	delivered('c', 'end_user', 9);
	delivered('other', 'agent', 9);
	assert.deepEqual(seen.receipts.get(), { delivered_seq: 4, read_seq: 1 });
	socket.fire('messages_read', { conversation_id: 'c', seq: 3,
		reader_type: 'agent', message_ids: [] });
	socket.fire('messages_read', { conversation_id: 'c', seq: 9,
		reader_type: 'end_user', message_ids: [] });
	assert.deepEqual(seen.receipts.get(), { delivered_seq: 4, read_seq: 3 });
});

test('what others wrote is told as delivered, up to the first hole',
	async (t) => {
		const { tick, socket, messages, seen } = setup(t);
		const told = async () => {
			tick(300);
			await settle();
			return socket.sent.splice(0).map((s) => s.payload.seq);
		};

		seen.start('c', 0);
		messages.push(message(1), message(2, { sender_type: 'end_user' }),
			message(5));
		seen.arrived(2);
		assert.deepEqual(await told(), [1]);
		seen.arrived(5);
		assert.deepEqual(await told(), [5]);
	});

test('what was seen is told as read once, and the rest when it is seen',
	async (t) => {
		const { messages, seen, add, told } = setup(t);

		add(1, 2);
		messages.push(message(3, { sender_type: 'end_user' }));
		seen.start('c', 0);
		seen.read(3);
		assert.deepEqual(await told(), [['id-1', 'id-2']]);
		seen.read(3);
		add(4);
		assert.deepEqual(await told(), []);
		seen.read(4);
		assert.deepEqual(await told(), [['id-4']]);
	});

test('after a reload only the last is told again', async (t) => {
	const { seen, add, told } = setup(t);

	add(1, 2, 3);
	seen.start('c', 3);
	seen.read(3);
	assert.deepEqual(await told(), [['id-3']]);
});

test('however many were seen, all are told, 100 at a time, oldest first',
	async (t) => {
		const { socket, seen, add, told } = setup(t);
		const seqs = Array.from({ length: 250 }, (_, i) => i + 1);
		let answers = 0;

		add(...seqs);
		seen.start('c', 0);
		/* the third batch is refused once */
		socket.answer = (event) => event === 'mark_read' && ++answers === 3
			? { ok: false, error: 'unavailable' } : { ok: true };
		seen.read(250);
		await settle();
		const first = await told();

		assert.deepEqual(first.map((ids) => ids.length), [100, 100, 50]);
		assert.deepEqual(first.flat(), seqs.map((seq) => `id-${seq}`));
		socket.fire('connect');
		assert.deepEqual(await told(), [first[2]]);
		socket.fire('connect');
		assert.deepEqual(await told(), []);
	});

test('what could not be told is told after the next connect', async (t) => {
	const { socket, seen, add, told } = setup(t);

	add(1);
	seen.start('c', 0);
	socket.fire('disconnect');
	seen.read(1);
	assert.deepEqual(await told(), []);
	socket.answer = () => ({ ok: false, error: 'unavailable' });
	socket.fire('connect');
	assert.deepEqual(await told(), [['id-1']]);
	socket.answer = () => ({ ok: true });
	socket.fire('connect');
	assert.deepEqual(await told(), [['id-1']]);
	socket.fire('connect');
	assert.deepEqual(await told(), []);
});
