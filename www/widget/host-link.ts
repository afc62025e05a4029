/* host-link.ts: what the page around the frame asks of the chat, and hears of
 * it: the frame's side of the element */
/* SPDX-License-Identifier: MIT */

import type { Readable } from '../shared/store';
import type { Message } from '../shared/types';
import type { Details, Identity } from './bridge';
import type { Chat } from './chat';
import type { Frame } from './frame';
import type { Options } from './options';

export interface HostLink {
	current: Readable<Chat>;
	frame: Frame;
	settings: Options;
	restart(): void;
	identify(identity: Identity | null): void;
	/* The page says who the visitor is. */
	hasIdentity(): boolean;
}

/* A message as pages see it. */
function asItem({ id, sender_type, content, created_at }: Message): object
{
	return { id, type: sender_type === 'end_user' ? 'user' : 'bot',
		text: content, meta: { sender_type, created_at } };
}

/* What the page may call; what it gives back is answered. */
const methods: Record<string, (link: HostLink, arg: any) => unknown> = {
	restartConversation: (link) => {
		link.restart();
		link.frame.tell('event', { name: 'onRestartConversation',
			data: null });
	},
	sendMessage: ({ current }, { text }: { text: string }) => {
		const chat = current.get();

		return { id: chat.send({ content: `${text}`,
			content_type: 'text' }).client_id };
	},
	/* The bot has greeted already; with words it is asked something. */
	initiateMessage: (link, arg?: { text?: string }) =>
		arg?.text ? methods.sendMessage!(link, arg) : undefined,
	render: ({ settings }, props: unknown) => settings.wish(props),
};

/* What the page may set. */
const setters: Record<string, (link: HostLink, value: any) => void> = {
	identity: ({ identify }, value: Identity | null) => identify(value),
	details: ({ current }, value: Details | null) =>
		current.get().details.set(value),
	contact: ({ current }, value: Details | null) =>
		current.get().details.set(value),
	meta: ({ current }, value: Details | null) =>
		current.get().details.set(value),
	placeholder: ({ settings }, placeholder: unknown) =>
		settings.wish({ placeholder }),
	language: ({ settings }, language: unknown) =>
		settings.wish({ language }),
	title: ({ settings }, title: unknown) => settings.wish({ title }),
	bartitle: ({ settings }, title: unknown) => settings.wish({ title }),
};

/* Tells of one chat; a new one begins anew. */
function follow({ frame, hasIdentity }: HostLink, chat: Chat): void
{
	const event = (name: string, data: unknown) =>
		frame.tell('event', { name, data });
	let last = chat.messages.get().at(-1)?.seq ?? 0;
	let linked = false;

	chat.renamed.subscribe(() => {
		/* An identity's id is the server's to say, each time. */
		if (!hasIdentity())
			frame.session(chat.renamed.get());
	});
	chat.connection.state.subscribe(() => {
		const up = chat.connection.isUp;

		if (up !== linked)
			event(up ? 'connect' : 'disconnect', null);
		linked = up;
	});
	chat.messages.subscribe(() => {
		const all = chat.messages.get();

		/* Not what was said before. */
		for (const message of all.filter((m) => m.seq > last &&
			chat.phase.get() === 'ready')) {
			const item = asItem(message);

			event('item', { item: { type: 'message', data: item } });
			event(message.sender_type === 'end_user' ? 'send'
				: 'receive', { message: item });
		}
		last = Math.max(last, all.at(-1)?.seq ?? 0);
		frame.tell('value', { name: 'messages', value: all.map(asItem) });
	});
}

function own<T>(table: Record<string, T>, name: string): T | undefined
{
	return Object.prototype.hasOwnProperty.call(table, name)
		? table[name] : undefined;
}

export function linkHost(link: HostLink): void
{
	const { current, frame } = link;

	frame.hear.pause = ({ paused }) =>
		current.get().connection.pause(Boolean(paused));
	frame.hear.set = ({ name, value }) => own(setters, name)?.(link, value);
	frame.hear.call = ({ id, name, args }) => {
		const method = own(methods, name);

		try {
			if (!method)
				throw new Error(`There is no method ${name}.`);
			frame.tell('answer', { id, result: method(link, args[0]) });
		} catch (error) {
			frame.tell('answer', { id, error: (error as Error).message });
		}
	};
	current.subscribe(() => follow(link, current.get()));
	follow(link, current.get());
}
