/* outbox.test.ts: nothing is lost, nothing overtakes */

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Outbox } from './outbox';
import type { OutboxEntry } from './outbox';
import { memoryStorage } from './storage';
import type { SafeStorage } from './storage';
import { holdTimers, settle } from './testing';
import type { SendAck } from './types';

interface Sending {
	entry: OutboxEntry;
	answer(ack: SendAck): void;
	lose(): void;
}

function setup(storage: SafeStorage = memoryStorage())
{
	const sendings: Sending[] = [];
	const done: string[] = [];
	let seq = 0;
	const outbox = new Outbox({
		storage, prefix: 'out_', retryMs: 1,
		send: (entry) => new Promise<SendAck>((answer, reject) =>
			sendings.push({ entry, answer,
				lose: () => reject(new Error('lost')) })),
		onSent: (entry) => done.push(entry.content),
	});
	const ok = (): SendAck => ({ ok: true, id: 'x', seq: ++seq,
		created_at: '2026-01-05T09:00:00.000000Z' });
	const left = () => outbox.entries.get().map((e) => e.content);

	return { outbox, sendings, done, ok, left, storage };
}

test('waits for the join, then sends in order, one at a time', async () => {
	const { outbox, sendings, done, ok, left } = setup();

	outbox.add('c', { content: 'a' });
	outbox.add('c', { content: 'b' });
	await settle();
	assert.equal(sendings.length, 0);
	outbox.start('c');
	await settle();
	assert.equal(sendings.length, 1);
	sendings[0]!.answer(ok());
	await settle();
	assert.deepEqual(sendings.map((s) => s.entry.content), ['a', 'b']);
	sendings[1]!.answer(ok());
	await settle();
	assert.deepEqual(done, ['a', 'b']);
	assert.deepEqual(left(), []);
});

test('what cannot be stored is not sent again for ever, but mended', () => {
	const { outbox, left } = setup();

	outbox.add('c', { content: 'a\0\udc00' });
	assert.deepEqual(left(), ['a\ufffd']);
});

test('what an earlier page kept is mended when it is tried again', async () => {
	const { outbox, sendings, left, storage } = setup();
	const entry = outbox.add('c', { content: 'ring' });

	storage.set(`out_${entry.client_id}`, JSON.stringify(
		{ ...entry, content: 'ri\x07ng', state: 'failed' }));
	const later = setup(storage);

	assert.deepEqual(later.left(), ['ri\x07ng']);
	later.outbox.start('c');
	later.outbox.retry(entry.client_id);
	await settle();
	assert.deepEqual(later.sendings.map((s) => s.entry.content), ['ring']);
	assert.deepEqual([sendings.length, left()], [0, ['ring']]);
});

test('one conversation does not hold up another', async () => {
	const { outbox, sendings } = setup();

	outbox.start('c');
	outbox.start('d');
	outbox.add('c', { content: 'a' });
	outbox.add('d', { content: 'b' });
	await settle();
	assert.deepEqual(sendings.map((s) => s.entry.content), ['a', 'b']);
});

test('a lost answer means the same client_id again', async () => {
	const { outbox, sendings, ok, left } = setup();

	outbox.start('c');
	outbox.add('c', { content: 'a' });
	await settle();
	outbox.stop();
	sendings[0]!.lose();
	await settle();
	assert.deepEqual(left(), ['a']);
	outbox.start('c');
	await settle();
	assert.equal(sendings.length, 2);
	assert.equal(sendings[1]!.entry.client_id, sendings[0]!.entry.client_id);
	sendings[1]!.answer(ok());
	await settle();
	assert.deepEqual(left(), []);
});

test('a refusal shows, lets the next pass, and can be retried', async () => {
	const { outbox, sendings, ok } = setup();

	outbox.start('c');
	const first = outbox.add('c', { content: 'a' });

	outbox.add('c', { content: 'b' });
	await settle();
	sendings[0]!.answer({ ok: false, error: 'bad_request' });
	await settle();
	sendings[1]!.answer(ok());
	await settle();
	assert.deepEqual(outbox.entries.get().map((e) => [e.state, e.error]),
		[['failed', 'bad_request']]);
	outbox.retry(first.client_id);
	await settle();
	assert.equal(sendings[2]!.entry.client_id, first.client_id);
	sendings[2]!.answer(ok());
	await settle();
	assert.equal(outbox.entries.get().length, 0);
});

test('survives a reload in order of writing', () => {
	const { outbox, storage } = setup();

	for (const content of ['a', 'b', 'c'])
		outbox.add('c', { content });
	storage.set('out_broken', '{');
	const again = setup(storage);

	assert.deepEqual(again.left().sort(), ['a', 'b', 'c']);
	assert.equal(storage.get('out_broken'), null);
});

test('seen in the room counts as sent', async () => {
	const { outbox, storage } = setup();
	const entry = outbox.add('c', { content: 'a' });

	outbox.remove(entry.client_id);
	assert.equal(outbox.entries.get().length, 0);
	assert.deepEqual(storage.keys('out_'), []);
});

test('what was written before the conversation is known goes to it',
	async () => {
		const { outbox, sendings } = setup();

		outbox.add('', { content: 'early' });
		outbox.start('c');
		outbox.adopt('', 'c');
		await settle();
		assert.equal(sendings[0]!.entry.conversation_id, 'c');
	});

test('works without any storage', () => {
	const { outbox, left } = setup({ get: () => null, set: () => false,
		remove: () => undefined, keys: () => [] });

	outbox.add('c', { content: 'a' });
	assert.deepEqual(left(), ['a']);
});

test('waits for a server that cannot now, however long', async (t) => {
	const timers = holdTimers(t);
	const { outbox, sendings, done, ok } = setup();

	outbox.start('c');
	outbox.add('c', { content: 'a' });
	const pauses: number[] = [];

	for (let i = 0; i < 20; i++) {
		await settle();
		sendings[i]!.answer({ ok: false,
			error: i % 2 ? 'internal' : 'unavailable' });
		await settle();
		pauses.push(...timers.pauses());
		await timers.fire();
	}
	assert.deepEqual(pauses.slice(0, 5), [1, 2, 4, 8, 16]);
	assert.equal(outbox.entries.get()[0]?.state, 'waiting');
	sendings[20]!.answer(ok());
	await settle();
	assert.deepEqual(done, ['a']);
});

test('too fast for too long is told, but counted anew after a join',
	async (t) => {
		const timers = holdTimers(t);
		const { outbox, sendings } = setup();
		const limit = async (times: number) => {
			for (let i = 0; i < times; i++) {
				await settle();
				sendings.at(-1)!.answer({ ok: false,
					error: 'rate_limited' });
				await settle();
				await timers.fire();
			}
			return outbox.entries.get()[0]!.state;
		};

		outbox.start('c');
		outbox.add('c', { content: 'a' });
		assert.equal(await limit(4), 'waiting');
		outbox.stop('c');
		outbox.start('c');
		assert.equal(await limit(4), 'waiting');
		assert.equal(await limit(1), 'failed');
	});
