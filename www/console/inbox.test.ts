/* inbox.test.ts: which row stands in which list, and when it moves */
/* SPDX-License-Identifier: MIT */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Conversation } from '../shared/types';
import {
	addPage, assigned, Changes, countOf, keepSession, type ListState, matches,
	put, refreshed, resolved, rowsOf, updated,
} from './inbox';

const time = (n: number) =>
	`2026-01-01T00:00:${String(n).padStart(2, '0')}.000000Z`;

function conversation(n: number, session = {}, more = {}): Conversation
{
	return {
		id: `c${n}`, channel_id: 'w', organization_id: 'o',
		end_user: { id: `e${n}`, display_name: `Visitor ${n}`,
			external_id: `x${n}` },
		active_session: { id: `s${n}`, status: 'open', tags: [],
			assigned_agent_id: null, first_message_at: time(n),
			assigned_at: null, resolved_at: null, ...session },
		created_at: time(0), updated_at: time(n), last_seq: n,
		unread_count: 0, handoff: false, last_message: null, ...more,
	};
}

const map = (...rows: Conversation[]) => put(new Map(), rows);
const READY: ListState = { status: 'ready', cursor: null, horizon: '' };
const event = (seq: number, sender: 'end_user' | 'bot' = 'end_user') => ({
	conversation_id: 'c1', sender_type: sender, content_type: 'text' as const,
	content: 'hello', seq, created_at: time(seq),
});

test('the filters are the server\'s', () => {
	const free = conversation(1);
	assert.ok(matches(free, 'unassigned', 'me'));
	assert.ok(!matches(free, 'mine', 'me'));
	const mine = assigned(free, 'me', time(2));
	assert.ok(!matches(mine, 'unassigned', 'me'));
	assert.ok(matches(mine, 'mine', 'me'));
	assert.ok(!matches(mine, 'mine', 'you'));
	const done = resolved(mine, ['billing'], time(3));
	assert.ok(!matches(done, 'mine', 'me'));
	assert.ok(matches(done, 'all', 'me'));
	assert.deepEqual(done.active_session?.tags, ['billing']);
	assert.equal(done.active_session?.resolved_by, null);
	assert.equal(resolved(mine, [], time(3), 'me').active_session?.resolved_by,
		'me');
});

test('who has only been greeted waits for nobody', () => {
	const silent = conversation(1, { first_message_at: null });
	assert.ok(!matches(silent, 'unassigned', 'me'));
});

test('rows come newest first, down to where the list was read', () => {
	const all = map(conversation(1), conversation(3), conversation(2));
	const ids = (list: ListState) =>
		rowsOf(all, list, 'all', 'me').map((c) => c.id);
	assert.deepEqual(ids(READY), ['c3', 'c2', 'c1']);
	assert.deepEqual(ids({ ...READY, cursor: 'x', horizon: time(2) }),
		['c3', 'c2']);
});

test('counts are exact, or 99+ when there is more to read', () => {
	const all = map(conversation(1), conversation(2));
	assert.equal(countOf(all, READY, 'unassigned', 'me'), '2');
	assert.equal(countOf(all, { ...READY, cursor: 'x' }, 'all', 'me'), '99+');
	assert.equal(countOf(all,
		{ status: 'loading', cursor: null, horizon: '' }, 'all', 'me'), '');
});

test('a visitor\'s message moves and marks the row', () => {
	const row = conversation(1);
	const after = updated(row, event(5), false)!;
	assert.equal(after.unread_count, 1);
	assert.equal(after.last_message?.content, 'hello');
	assert.equal(after.updated_at, time(5));
	assert.equal(updated(row, event(5), true)!.unread_count, 0);
	assert.equal(updated(row, event(5, 'bot'), false)!.unread_count, 0);
});

test('an event that comes twice or late changes nothing', () => {
	const row = conversation(7);
	assert.equal(updated(row, event(7), false), row);
	assert.equal(updated(row, event(3), false), row);
});

test('a message that opens a session asks for a fetch', () => {
	const done = resolved(conversation(1), [], time(2));
	assert.equal(updated(done, event(5), false), null);
	const silent = conversation(1, { first_message_at: null });
	assert.equal(updated(silent, event(5), false), null);
	assert.notEqual(updated(silent, event(5, 'bot'), false), null);
});

test('an old answer does not undo a newer event', () => {
	const row = conversation(1);
	const all = map(updated(row, event(5), false)!);
	assert.equal(put(all, [row]).get('c1')?.last_seq, 5);
});

test('a refreshed list forgets what left it, but not the open one', () => {
	const all = map(conversation(1), conversation(2), conversation(3));
	const page = { rows: [conversation(3)], cursor: null };
	const after = refreshed(all, all, READY, page, 'unassigned', 'me', 'c1');
	assert.deepEqual([...after.all.keys()].sort(), ['c1', 'c3']);
});

test('what came while the page was on its way stays', () => {
	const asked = map(conversation(1));
	const all = put(asked, [conversation(2)]);
	const after = refreshed(all, asked, READY, { rows: [], cursor: null },
		'unassigned', 'me', null);

	assert.deepEqual([...after.all.keys()], ['c2']);
});

test('deeper pages stay when the new top touches them', () => {
	const all = map(conversation(1), conversation(2), conversation(3));
	const list: ListState = { ...READY, cursor: 'deep', horizon: time(1) };
	const touching = { rows: [conversation(4), conversation(3)],
		cursor: 'top' };
	assert.equal(refreshed(all, all, list, touching, 'all', 'me', null).list.cursor,
		'deep');
	const apart = { rows: [conversation(9)], cursor: 'top' };
	assert.equal(refreshed(all, all, list, apart, 'all', 'me', null).list.cursor,
		'top');
});

test('a page moves the horizon, an empty one leaves it', () => {
	const list = addPage(READY, { rows: [conversation(4)], cursor: 'a' });
	assert.equal(list.horizon, time(4));
	assert.equal(addPage(list, { rows: [], cursor: null }).horizon, time(4));
});

test('an answer overtaken by a message keeps the message and its mark', () => {
	const old = conversation(1, {}, { last_seq: 5, unread_count: 1,
		updated_at: time(5) });
	const late = conversation(1, {}, { unread_count: 0 });
	const row = put(map(old), [late]).get('c1')!;
	assert.deepEqual([row.last_seq, row.unread_count, row.updated_at],
		[5, 1, time(5)]);
});

test('an answer asked for before a change of the session is told', () => {
	const changes = new Changes();
	const asked = changes.now;
	changes.note('c1');
	assert.ok(changes.since('c1', asked));
	assert.ok(!changes.since('c2', asked));
	assert.ok(!changes.since('c1', changes.now));
	const mine = assigned(conversation(1), 'me', time(2));
	assert.equal(keepSession(conversation(1, {}, { unread_count: 3 }), mine)
		.active_session?.assigned_agent_id, 'me');
});
