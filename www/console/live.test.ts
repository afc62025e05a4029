/* live.test.ts: events and answers that cross on their way, and what the
 * console makes of refusals */
/* SPDX-License-Identifier: MIT */
import assert from 'node:assert/strict';
import { type TestContext, test } from 'node:test';
import { message, settle } from '../shared/testing';
import type { Message } from '../shared/types';
import type { Desk } from './desk';
import { fetchNow, fetchRow } from './lists';
import { goLive } from './live';
import { conversation, quiet, session, setup } from './testing';
import { markSeen, openThread } from './threads';
import { resolve, tag } from './work';

const agentOf = (desk: Desk) =>
	desk.conversation('c')?.active_session?.assigned_agent_id;

test('an answer asked for before an event does not undo the event',
	async (t) => {
		const { desk, socket, asked } = setup(t);

		desk.all.set(new Map([['c', conversation(null)]]));
		goLive(desk);
		const fetched = fetchRow(desk, 'c');

		socket.fire('conversation_assigned', { conversation_id: 'c',
			assigned_to: 'other', assigned_at: 't' });
		await asked[0]!.answer(conversation(null));
		assert.equal(agentOf(desk), 'other');
		/* and what is true is asked for once more */
		assert.equal(asked.length, 2);
		await asked[1]!.answer(conversation('third'));
		await fetched;
		assert.equal(agentOf(desk), 'third');
		assert.equal(asked.length, 2);
	});

test('what a bot could not do shows as it happens', async (t) => {
	const { desk, socket, asked } = setup(t);
	const bot = { failed_why: 'API_CALL in x: no.', failed_at: 't' };

	desk.all.set(new Map([['c', conversation(null)]]));
	goLive(desk);
	socket.fire('conversation_bot_failed', { conversation_id: 'c', bot });
	assert.deepEqual(desk.conversation('c')?.bot, bot);
	assert.equal(asked.length, 0);
	/* of a row that is not known all is asked for */
	socket.fire('conversation_bot_failed', { conversation_id: 'd', bot });
	assert.equal(asked.length, 1);
	await asked[0]!.answer(conversation(null, { id: 'd', bot }));
	assert.deepEqual(desk.conversation('d')?.bot, bot);
});

test('a session that ended stays ended under an older answer', async (t) => {
	const { desk, socket, asked } = setup(t);

	desk.all.set(new Map([['c', conversation('me')]]));
	goLive(desk);
	const fetched = fetchNow(desk, 'c');

	socket.fire('conversation_resolved', { conversation_id: 'c',
		session_id: 's', tags: [] });
	await asked[0]!.answer(conversation('me'));
	await fetched;
	assert.equal(desk.conversation('c')?.active_session?.status, 'resolved');
	await asked[1]!.answer(conversation('me'));
});

test('an answer that left before the agent\'s own act does not undo it',
	async (t) => {
		const { desk, asked } = setup(t);
		const tags = () => desk.conversation('c')?.active_session?.tags;

		desk.all.set(new Map([['c', conversation('me')]]));
		void fetchNow(desk, 'c');
		const tagging = tag(desk, 'c', ['lilies']);

		await asked[0]!.answer(conversation('me'));
		assert.deepEqual(tags(), ['lilies']);
		/* asked for again, and read before the tag was written */
		await asked[1]!.answer({});
		await tagging;
		await asked[2]!.answer(conversation('me'));
		assert.deepEqual(tags(), ['lilies']);
		assert.equal(asked.length, 4);
		await asked[3]!.answer(conversation('me'));
	});

async function opened(t: TestContext, messages: Message[])
{
	const all = setup(t);
	const { desk, asked } = all;
	const opening = openThread(desk, 'c');

	await asked.shift()!.answer(conversation('me',
		{ last_seq: messages.length }));
	await asked.shift()!.answer(messages);
	await opening;
	return all;
}

test('a database that restarts does not make the conversation missing',
	async (t) => {
		const { desk, socket, timers } = await opened(t, [message(1)]);

		socket.answer = () => ({ ok: false, error: 'unavailable' });
		socket.fire('connect');
		await settle();
		assert.equal(desk.open.get()?.status, 'ready');
		socket.answer = () => ({ ok: false, error: 'not_found' });
		await timers.fire();
		assert.equal(desk.open.get()?.status, 'missing');
		socket.answer = () => ({ ok: true, last_seq: 1, missed: [] });
		socket.fire('connect');
		await settle();
		assert.equal(desk.open.get()?.status, 'ready');
	});

test('however many messages have been seen, all are told as read',
	async (t) => {
		const { desk, socket } = await opened(t,
			Array.from({ length: 250 }, (_, i) => message(i + 1,
				{ id: `seen-${i + 1}`, sender_type: 'end_user' })));

		socket.answer = () => ({ ok: true, last_seq: 250, missed: [] });
		socket.fire('connect');
		await settle();
		await markSeen(desk);
		const told = socket.sent.filter((s) => s.event === 'mark_read')
			.map((s) => s.payload.message_ids as string[]);

		assert.deepEqual(told.map((ids) => ids.length), [100, 100, 50]);
		assert.equal(new Set(told.flat()).size, 250);
		await markSeen(desk);
		assert.equal(socket.sent.filter((s) =>
			s.event === 'mark_read').length, 3);
	});

test('what could not be told as read is told again', async (t) => {
	const { desk, socket } = await opened(t,
		Array.from({ length: 150 }, (_, i) => message(i + 1,
			{ id: `again-${i + 1}`, sender_type: 'end_user' })));
	let told = 0;

	socket.answer = (event) => event !== 'mark_read' || ++told === 1
		? { ok: true, last_seq: 150, missed: [] }
		: { ok: false, error: 'unavailable' };
	socket.fire('connect');
	await settle();
	await markSeen(desk);
	assert.equal(told, 2);
	await markSeen(desk);
	assert.deepEqual(socket.sent.filter((s) => s.event === 'mark_read')
		.map((s) => s.payload.message_ids.length), [100, 50, 50]);
});

test('who was online is not known any more when the connection has gone',
	async (t) => {
		const { desk, socket, asked } = setup(t);

		socket.answer = (event) => event === 'join_org_presence'
			? { ok: true, online: ['a', 'b'] }
			: { ok: true, cursor: 1, missed: [] };
		goLive(desk);
		socket.fire('connect');
		await quiet();
		assert.deepEqual([...desk.online.get()], ['a', 'b']);
		socket.fire('disconnect');
		assert.equal(desk.online.get().size, 0);
		socket.fire('connect');
		await quiet();
		assert.equal(desk.online.get().size, 2);
		while (asked.length > 0)
			await asked.shift()!.answer([]);
	});

test('read in another window of the same agent is read here', async (t) => {
	const { desk, socket, asked, listeners } = setup(t);

	desk.all.set(new Map([['c', conversation('me', { unread_count: 2 })]]));
	goLive(desk);
	socket.fire('messages_read', { conversation_id: 'c', message_ids: [],
		reader_type: 'agent', reader_id: 'other', read_at: 't' });
	assert.equal(asked.length, 0);
	socket.fire('messages_read', { conversation_id: 'c', message_ids: [],
		reader_type: 'agent', reader_id: 'me', read_at: 't' });
	await asked[0]!.answer(conversation('me'));
	assert.equal(desk.conversation('c')?.unread_count, 0);
	/* nothing is unread: a look asks nothing */
	listeners.get('focus')!();
	assert.equal(asked.length, 1);
	desk.change('c', (c) => ({ ...c, unread_count: 1 }));
	listeners.get('focus')!();
	assert.equal(asked.length, 4);
	for (const { answer } of asked.slice(1))
		await answer([conversation('me')]);
	assert.equal(desk.conversation('c')?.unread_count, 0);
});

test('a conversation that is asked for brings all its sessions', async (t) => {
	const { desk, asked } = setup(t);
	const fetched = fetchNow(desk, 'c');

	await asked[0]!.answer(conversation(null, { active_session: null,
		sessions: [session('r', { tags: ['before'] }),
			session('s', { tags: ['kept'] })] }));
	await fetched;
	assert.deepEqual([...desk.sessions.get()].map(([id, s]) =>
		[id, s.status, s.tags]),
	[['r', 'resolved', ['before']], ['s', 'resolved', ['kept']]]);
	/* a list's row tells less, and takes nothing away */
	const again = fetchNow(desk, 'c');

	await asked[1]!.answer(conversation('me', { active_session:
		{ id: 'n', status: 'open', tags: [], assigned_agent_id: 'me',
			first_message_at: 't', assigned_at: null,
			resolved_at: null } }));
	await again;
	assert.deepEqual([...desk.sessions.get().keys()], ['r', 's', 'n']);
});

test('what was resolved here is known when the row has no session any more',
	async (t) => {
		const { desk, asked } = setup(t);

		desk.all.set(new Map([['c', conversation('me')]]));
		const old = fetchNow(desk, 'c');
		const resolving = resolve(desk, 'c', ['kept']);

		/* left before, and knows of an open session */
		await asked[0]!.answer(conversation('me', { sessions: [session('s',
			{ status: 'open' })] }));
		await old;
		await asked[1]!.answer({});
		await resolving;
		for (let i = 2; i < asked.length; i++)
			await asked[i]!.answer(conversation('me',
				{ active_session: null }));
		const known = desk.sessions.get().get('s');

		assert.equal(desk.conversation('c')?.active_session, null);
		assert.deepEqual([known?.status, known?.tags, known?.resolved_by],
			['resolved', ['kept'], 'me']);
	});

test('a connection after the end of the login leads to the login page',
	async (t) => {
		const { desk, socket, asked } = setup(t);
		const places: string[] = [];
		const reconnect = async () => {
			socket.fire('connect');
			await quiet();
		};

		Object.assign(globalThis, { location: { pathname: '/console/inbox/c',
			search: '', assign: (href: string) => places.push(href) } });
		t.after(() => Object.assign(globalThis, { location: undefined }));
		socket.answer = () => ({ ok: false, error: 'unauthorized' });
		goLive(desk);
		await reconnect();
		assert.deepEqual(places,
			['/auth/login?next=%2Fconsole%2Finbox%2Fc']);
		/* however else it says no: the lists are asked for, and tell it */
		for (const answer of [{ ok: false, error: 'forbidden' }, undefined]) {
			socket.answer = () => answer;
			await reconnect();
			assert.match(asked.at(-1)!.url, /^\/api\/conversations/);
			for (const { refuse } of asked.splice(0))
				await refuse(401);
		}
		assert.ok(places.length >= 3);
	});
