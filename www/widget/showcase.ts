/* showcase.ts: the frame as the console shows it beside a form: made-up messages,
 * options as the form has them now; nothing is asked of the server */
/* SPDX-License-Identifier: MIT */

import type { OutboxEntry } from '../shared/outbox';
import type { Draft, Message } from '../shared/types';
import { type Bridge, createBridge } from './bridge';
import type { Chat } from './chat';
import type { Options } from './options';

const PREVIEW = 'preview';

interface FromConsole {
	preview: { values: unknown; scheme: 'light' | 'dark' };
}

const said = (seq: number, sender_type: Message['sender_type'],
	content: string, more: Partial<Message> = {}): Message => ({
	id: `preview-${seq}`, conversation_id: PREVIEW, seq, sender_type, content,
	content_type: 'text', created_at: new Date().toISOString(), ...more });

const SAMPLES = [
	said(1, 'bot', 'Hello! How can we help you today?'),
	said(2, 'end_user', 'Do you deliver on Sundays?'),
	said(3, 'bot', 'Yes, we do: order by **Saturday, 6 pm**. See [our hours](https://example.com).', {
		content_type: 'quick_button', rich_media: { buttons: [
			{ label: 'Order now', value: 'order' },
			{ label: 'Talk to a person', value: 'person' }] } }),
];

/* What is written stays here and gets an answer that says so. */
function answer(chat: Chat, draft: Draft): OutboxEntry
{
	const list = chat.messages.get();
	const seq = list.length;

	chat.messages.set([...list,
		said(seq + 1, 'end_user', draft.content),
		said(seq + 2, 'bot', 'This is a preview: nobody reads along.')]);
	return { client_id: `preview-${seq}`, conversation_id: PREVIEW,
		...draft } as OutboxEntry;
}

let bridge: Bridge<{ ready: object }> | undefined;

/* Again whenever another conversation begins. */
export function startPreview(chat: Chat, settings: Options): void
{
	chat.messages.set(SAMPLES);
	chat.phase.set('ready');
	chat.send = (draft) => answer(chat, draft);
	bridge ??= createBridge<FromConsole, { ready: object }>(
		() => window.parent, location.origin, {
			preview: ({ values, scheme }) => {
				document.documentElement.dataset.theme = scheme;
				settings.answered(values);
			},
		});
	bridge.send('ready', {});
}
