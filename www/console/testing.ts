/* testing.ts: a console for tests; in no bundle */
/* SPDX-License-Identifier: MIT */
import type { TestContext } from 'node:test';
import { Connection } from '../shared/socket';
import { FakeSocket, holdTimers, settle } from '../shared/testing';
import type { Conversation, Session } from '../shared/types';
import { Desk } from './desk';

const ME = { user: { id: 'me', email: '', display_name: 'Me', role: 'agent' },
	workspace: { id: 'o', name: 'O' }, csrf_token: '' };

export function conversation(agent: string | null, more = {}): Conversation
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

/* A session that another agent has resolved. */
export const session = (id: string, more: Partial<Session> = {}): Session => ({
	id, status: 'resolved', assigned_agent_id: 'other', tags: [],
	first_message_at: 't', assigned_at: 't', resolved_at: 't',
	handoff_at: null, resolved_by: 'other', ...more });

type Listener = () => void;

interface Asked {
	url: string;
	answer(body: unknown): Promise<void>;
	refuse(status: number): Promise<void>;
}

/* A console whose server, page and clock are the test. */
export function setup(t: TestContext)
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
			},
			refuse: async (status) => {
				done(Response.json({}, { status }));
				await quiet();
			} })) });
	t.after(() => Object.assign(globalThis,
		{ ...before, document: undefined, window: undefined }));
	const socket = new FakeSocket();
	const desk = new Desk(ME, new Connection({ socket }),
		{ page: 'inbox', filter: 'all', open: null, q: '' });

	return { desk, socket, asked, timers, listeners };
}

/* An answer of fetch is more than promises away. */
export async function quiet(): Promise<void>
{
	for (let i = 0; i < 5; i++)
		await new Promise((done) => setImmediate(done));
	await settle();
}
