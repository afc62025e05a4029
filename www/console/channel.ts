/* channel.ts: where a visitor comes from, and who that is there */
/* SPDX-License-Identifier: MIT */
import type { Conversation } from '../shared/types';
import type { IconName } from './icons';
import { words } from './words';

const ICONS = new Map<string, IconName>([['web', 'web'], ['api', 'keys'], ['rest-api', 'keys']]);
const NAMES = new Map<string, string>(Object.entries(words.channels));

export interface Channel {
	name: string;
	icon: IconName;
}

/* One that this console does not know is named as it is. */
export function channelOf(c: Pick<Conversation, 'channel'>): Channel
{
	const key = c.channel || 'web';

	return { name: NAMES.get(key) ?? key, icon: ICONS.get(key) ?? 'inbox' };
}

/* What the channel calls the visitor. A session of the Chat API has an id that
 * means nothing, and behind its colon the user's, if there is one. */
export function userId(c: Conversation): string
{
	const id = c.end_user.external_id;

	return c.channel === 'api' ? id.slice(id.indexOf(':') + 1) || c.id : id;
}
