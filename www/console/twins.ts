/* twins.ts: the console's events as REST requests. A claim goes over REST by
 * itself (work.ts). */
/* SPDX-License-Identifier: MIT */
import type { Request } from '../shared/poller';
import type { Fallback } from '../shared/socket';
import { ask } from './http';

const to = (what: string, look = false) =>
	({ conversation_id, ...body }: any): Request => ({ method: 'POST', look,
		path: `/api/conversations/${conversation_id}/${what}`, body });

export const fallback: Fallback = {
	ask: async ({ method, path, body }, signal) =>
		(await ask(method, path, body, signal)).data,
	twins: {
		join_conversation: (p) => ({ method: 'GET',
			path: `/api/conversations/${p.conversation_id}/updates` +
				`?after_seq=${p.since_seq}` }),
		join_queue: ({ since }) => ({ method: 'GET',
			path: since === undefined ? '/api/events'
				: `/api/events?after=${since}`,
			as: ({ events, ...rest }) => ({ ...rest, missed: events }) }),
		send_message: to('messages', true),
		mark_read: to('read'),
		mark_delivered: to('delivered'),
	},
};
