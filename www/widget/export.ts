/* export.ts: a conversation as text and as JSON */

import { call } from '../shared/api';
import type { Message, RichMedia } from '../shared/types';

export interface Line {
	id: string;
	at: string;
	from: Message['sender_type'];
	name: string;
	type: Message['content_type'];
	text: string;
	media: RichMedia | null;
}

/* All that was said, oldest first: pages until one brings nothing new. */
export async function readAll(conversationId: string, externalId: string):
	Promise<Message[]>
{
	const all: Message[] = [];

	for (;;) {
		const page = await call<Message[]>('GET',
			`/chat-widget/history/${conversationId}?` +
			new URLSearchParams({ external_id: externalId,
				after_seq: `${all.at(-1)?.seq ?? 0}` }));

		if (page.length === 0)
			return all;
		all.push(...page);
	}
}

/* What a message is to those who only read. */
export function textOf({ content, rich_media: media }: Message): string
{
	const cards = media?.cards?.flatMap((card) =>
		[card.title, card.subtitle, card.image_url]) ?? [];
	const labels = [...media?.buttons ?? [], ...media?.options ?? [],
		...media?.cards?.flatMap((card) => card.buttons ?? []) ?? [],
		...media?.sections?.flatMap((part) => part.options ?? []) ?? []]
		.map(({ label }) => `[${label}]`);

	return [content, media?.filename ?? media?.alt, media?.url, ...cards,
		labels.join(' ')].filter(Boolean).join('\n');
}

export function lines(messages: readonly Message[],
	name: (message: Message) => string): Line[]
{
	return messages.map((message) => ({
		id: message.id, at: message.created_at,
		from: message.sender_type, name: name(message),
		type: message.content_type, text: textOf(message),
		media: message.rich_media ?? null,
	}));
}

export function asText(title: string, all: readonly Line[],
	time: (iso: string) => string): string
{
	return [title, '', ...all.map(({ at, name, text }) =>
		`${time(at)} ${name}:\n${text}\n`)].join('\n');
}

export function asJson(title: string, all: readonly Line[]): string
{
	return JSON.stringify({ title, messages: all.map((line) => ({
		id: line.id, at: line.at, from: line.from, name: line.name,
		type: line.type, text: line.text,
		...(line.media && { rich_media: line.media }),
	})) }, null, 2);
}

/* Hands a text to the visitor as a file. */
export function save(name: string, type: string, text: string): void
{
	const url = URL.createObjectURL(new Blob([text], { type }));
	const link = document.createElement('a');

	link.href = url;
	link.download = name;
	document.body.append(link);
	link.click();
	link.remove();
	setTimeout(() => URL.revokeObjectURL(url), 60000);
}
