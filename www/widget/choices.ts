/* choices.ts: which offered buttons have been used */

import { valueOf } from '../shared/choice';
import type { Choice, Message, RichMedia } from '../shared/types';

export function choicesOf(media: RichMedia | null | undefined): Choice[]
{
	if (!media)
		return [];
	return [
		...media.buttons ?? [],
		...media.options ?? [],
		...(media.cards ?? []).flatMap((card) => card.buttons ?? []),
		...(media.sections ?? []).flatMap((part) => part.options ?? []),
	];
}

function offers(message: Message, value: string): boolean
{
	return message.sender_type !== 'end_user' &&
		choicesOf(message.rich_media).some((c) => valueOf(c) === value);
}

/* Message id → value chosen there, '' for a form that was filled in. A visitor's message with a value answers
 * the message that was clicked (known for this page's own clicks, by client
 * id), else the nearest one before it that offered the value. */
export function usedChoices(messages: readonly Message[],
	clicked: ReadonlyMap<string, string>): Map<string, string>
{
	const used = new Map<string, string>();

	messages.forEach((message, at) => {
		const { value, form } = message.rich_media ?? {};

		if (message.sender_type === 'end_user' && form)
			used.set(form.message_id, '');
		if (message.sender_type !== 'end_user' || value === undefined)
			return;
		const known = clicked.get(message.client_id ?? '');

		if (known !== undefined) {
			used.set(known, value);
			return;
		}
		for (let i = at - 1; i >= 0; i--) {
			const asked = messages[i]!;
			if (!used.has(asked.id) && offers(asked, value)) {
				used.set(asked.id, value);
				return;
			}
		}
	});
	return used;
}
