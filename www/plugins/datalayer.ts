/* datalayer.ts: tells the page's tag manager what happens in the chat */
/* SPDX-License-Identifier: MIT */

/* Of the element, and what it is called there. No text goes along. */
const EVENTS: Readonly<Record<string, string>> = {
	connect: 'chat_connected',
	send: 'chat_message_sent',
	receive: 'chat_message_received',
	onRestartConversation: 'chat_restarted',
};

export default function datalayer(instance: EventTarget): void
{
	const page = window as unknown as { dataLayer?: object[] };

	for (const [name, event] of Object.entries(EVENTS))
		instance.addEventListener(name, () =>
			(page.dataLayer ??= []).push({ event }));
}
