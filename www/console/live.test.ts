/* live.test.ts: events and answers that cross on their way, and what the
 * console makes of refusals */
/* SPDX-License-Identifier: MIT */
import assert from 'node:assert/strict';
import { type TestContext, test } from 'node:test';
import { Connection } from '../shared/socket';
import { FakeSocket, holdTimers, message, settle } from '../shared/testing';
import type { Conversation, Message } from '../shared/types';
import { Desk } from './desk';
import { fetchNow, fetchRow } from './lists';
import { goLive } from './live';
import { markSeen, openThread } from './threads';
import { tag } from './work';

const ME = { user: { id: 'me', email: '', display_name: 'Me', role: 'agent' },
	workspace: { id: 'o', name: 'O' }, csrf_token: '' };

function conversation(agent: string | null, more = {}): Conversation
{
	return {
		id: 'c', channel_id: 'w', organization_id: 'o',
		end_user: { id: 'e', display_name: 'V', external_id: 'x' },
		active_session: { id: 's', status: 'open', tags: [],
			assigned_agent_id: agent, first_message_at: 't',
			assigned_at: null, resolved_at: null },
		created_at: 't', updated_at: 't', last_seq: 1, unread_count: 0,
		handoff: false, last_message: null, ...more,
	};
}

type Listener = () => void;

interface Asked {
	url: string;
	answer(body: unknown): Promise<void>;
}

/* A console whose server, page and clock are the test. */
function setup(t: TestContext)
{
	const timers = holdTimers(t);
	const asked: Asked[] = [];
	const listeners = new Map<string, Listener>();
	const target = { addEventListener: (name: string, fn: Listener) =>
		listeners.set(name, fn), visibilityState: 'visible',
		querySelector: () => null };
	const before = { fetch, setInterval };

	Object.assign(globalThis, { document: target, window: target,
		setInterval: () => 0,
		fetch: (url: string) => new Promise((done) => asked.push({ url,
			answer: async (body) => {
				done(Response.json(body));
				await quiet();
			} })) });
	t.after(() => Object.assign(globalThis,
		{ ...before, document: undefined, window: undefined }));
	const socket = new FakeSocket();
	const desk = new Desk(ME, new Connection({ socket }),
		{ filter: 'all', open: null, q: '' });

	return { desk, socket, asked, timers, listeners };
}

/* An answer of fetch is more than promises away. */
async function quiet(): Promise<void>
{
	for (let i = 0; i < 5; i++)
		await new Promise((done) => setImmediate(done));
	await settle();
}

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
