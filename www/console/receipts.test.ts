/* receipts.test.ts: how far each side has got, as the inbox knows and tells it,
 * and what it does not read again after a reconnect */
/* SPDX-License-Identifier: MIT */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Receipts } from '../shared/types';
import { put } from './inbox';
import { fetchRow } from './lists';
import { goLive } from './live';
import { conversation, quiet, setup } from './testing';

const receipts = (visitor: number, agent: number): Receipts => ({
	visitor: { delivered_seq: visitor, read_seq: 0 },
	agent: { delivered_seq: agent, read_seq: agent } });

const said = (seq: number) => ({ conversation_id: 'c', seq,
	sender_type: 'end_user', content_type: 'text', content: `m${seq}`,
	created_at: 't' });

test('receipts of a row come by events and are never taken back', async (t) => {
	const { desk, socket } = setup(t);
	const visitor = () => desk.conversation('c')!.receipts!.visitor;

	desk.all.set(new Map([['c', conversation('me')]]));
	goLive(desk);
	socket.fire('messages_delivered', { conversation_id: 'c', seq: 3,
		receiver_type: 'end_user', delivered_at: 't' });
	assert.deepEqual(visitor(), { delivered_seq: 3, read_seq: 0 });
	socket.fire('messages_read', { conversation_id: 'c', seq: 5,
		message_ids: [], reader_type: 'end_user', reader_id: 'x',
		read_at: 't' });
	assert.deepEqual(visitor(), { delivered_seq: 5, read_seq: 5 });
	desk.all.set(put(desk.all.get(),
		[conversation('me', { receipts: receipts(4, 9) })]));
	assert.deepEqual(visitor(), { delivered_seq: 5, read_seq: 5 });
	assert.equal(desk.conversation('c')!.receipts!.agent.read_seq, 9);
});

test('what the inbox hears of has been delivered', async (t) => {
	const { desk, socket, asked, timers } = setup(t);
	const told = () => socket.sent.filter((s) => s.event === 'mark_delivered')
		.map((s) => s.payload);

	desk.all.set(new Map([['c', conversation('me')]]));
	goLive(desk);
	socket.answer = () => ({ ok: true });
	socket.fire('connect');
	socket.fire('conversation_updated', said(2));
	socket.fire('conversation_updated', said(3));
	socket.fire('conversation_updated', { ...said(4), sender_type: 'agent' });
	await timers.fire();
	assert.deepEqual(told(), [{ conversation_id: 'c', seq: 3 }]);
	for (const { answer } of asked)
		await answer([]);
});

test('what waited while nobody was here is delivered when it is read',
	async (t) => {
		const { desk, socket, asked, timers } = setup(t);
		const row = (id: string, agent: number) => conversation(null, { id,
			last_seq: 7, last_message: said(7),
			receipts: receipts(0, agent) });

		socket.answer = () => ({ ok: true });
		socket.fire('connect');
		void fetchRow(desk, 'old');
		void fetchRow(desk, 'new');
		await asked[0]!.answer(row('old', 7));
		await asked[1]!.answer(row('new', 6));
		await timers.fire();
		assert.deepEqual(socket.sent.map((s) => s.payload),
			[{ conversation_id: 'new', seq: 7 }]);
	});

const isList = ({ url }: { url: string }) => url.includes('?filter=');

test('after a reconnect what was missed is applied, and no list is read',
	async (t) => {
		const { desk, socket, asked } = setup(t);
		let missed: object[] = [];
		const reconnect = async (more = {}) => {
			socket.answer = (event) => event === 'join_queue'
				? { ok: true, cursor: 5, missed, ...more }
				: { ok: true, online: [] };
			socket.fire('disconnect');
			socket.fire('connect');
			await quiet();
			const lists = asked.filter(isList).length;

			for (const { answer } of asked.splice(0))
				await answer([conversation(null)]);
			return lists;
		};

		goLive(desk);
		assert.equal(await reconnect(), 3, 'the first time');
		missed = [
			{ id: 6, event: 'conversation_assigned', payload: {
				conversation_id: 'c', assigned_to: 'other' } },
			{ id: 7, event: 'conversation_updated', payload: said(2) },
			{ id: 8, event: 'conversation_tagged', payload: {
				conversation_id: 'c', session_id: 's', tags: ['a'] } },
			{ id: 9, event: 'of_another_version', payload: {} },
		];
		assert.equal(await reconnect(), 0);
		const c = desk.conversation('c')!;

		assert.equal(c.active_session?.assigned_agent_id, 'other');
		assert.deepEqual(c.active_session?.tags, ['a']);
		assert.equal(c.last_message?.content, 'm2');
		assert.equal(c.unread_count, 1);
		assert.equal(await reconnect({ reload: true }), 3);
		/* what could not be read then is read the next time */
		void fetchRow(desk, 'c');
		await asked.splice(0)[0]!.refuse(503);
		assert.equal(await reconnect(), 3);
		assert.equal(await reconnect(), 0);
	});
