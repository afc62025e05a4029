/* twins.ts: the widget's events as REST requests */
/* SPDX-License-Identifier: MIT */

import { call } from '../shared/api';
import type { Request } from '../shared/poller';
import type { Fallback } from '../shared/socket';

const to = (what: string, look = false) => (body: object): Request =>
	({ method: 'POST', path: `/chat-widget/${what}`, body, look });

export const fallback: Fallback = {
	ask: ({ method, path, body }, signal) =>
		call(method, path, { body, signal }),
	twins: {
		join_conversation: (p) => ({ method: 'GET',
			path: `/chat-widget/updates/${p.conversation_id}?` +
				new URLSearchParams({ external_id: p.external_id,
					after_seq: p.since_seq }) }),
		/* The bot may have answered by then. */
		send_message: to('send', true),
		mark_read: to('read'),
		mark_delivered: to('delivered'),
	},
};
