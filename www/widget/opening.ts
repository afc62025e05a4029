/* opening.ts: what the server is told when the chat is opened, and when
 * something is said */
/* SPDX-License-Identifier: MIT */

import type { OutboxEntry } from '../shared/outbox';
import type { Message, SendAck } from '../shared/types';
import type { Identity } from './bridge';
import type { Params } from './params';

const JWT = /^[\w-]+\.[\w-]+\.[\w-]*$/;

function identityOf({ user, proof }: Identity): object
{
	return { user, ...(proof && (JWT.test(proof) ? { jwt: proof }
		: { hash: proof })) };
}

export function openBody(params: Params): object
{
	const { identity, sessionId } = params;

	return {
		...(params.embedToken ? { embed_token: params.embedToken }
			: { widget_id: params.widgetId }),
		...(sessionId && { session_id: sessionId }),
		...(params.userHash && { user_hash: params.userHash }),
		...(params.customerName && { customer_name: params.customerName }),
		...(params.pageUrl && { page_url: params.pageUrl }),
		...(params.pageOrigin && { page_origin: params.pageOrigin }),
		...(identity && { identity: identityOf(identity) }),
		...(params.details && { contact_details: params.details }),
	};
}

export function payloadOf(entry: OutboxEntry, conversationId: string,
	proof: { sender_type: 'end_user'; external_id: string }): object
{
	return {
		conversation_id: conversationId,
		content: entry.content,
		content_type: entry.content_type ?? 'text',
		...(entry.rich_media && { rich_media: entry.rich_media }),
		...proof,
		client_id: entry.client_id,
	};
}

/* As it stands in the thread once it is stored. */
export function messageOf(entry: OutboxEntry, ack: SendAck & { ok: true }):
	Message
{
	return {
		id: ack.id, seq: ack.seq, created_at: ack.created_at,
		conversation_id: entry.conversation_id,
		sender_type: 'end_user', sender_id: null,
		content_type: entry.content_type ?? 'text',
		content: entry.content,
		rich_media: entry.rich_media ?? null,
		client_id: entry.client_id,
	};
}
