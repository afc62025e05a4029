/* keys.ts: which key means what, apart from any page */
/* SPDX-License-Identifier: MIT */

export type Command =
	| 'next' | 'previous' | 'open' | 'claim' | 'resolve' | 'reply'
	| 'search' | 'inbox' | 'help' | 'back';

export interface KeyPress {
	key: string;
	/* ctrl, alt or meta is held: the key belongs to the browser */
	modified: boolean;
	/* the focus is where text is typed */
	typing: boolean;
	/* milliseconds, any clock that only grows */
	at: number;
}

const KEYS: Record<string, Command> = {
	j: 'next', k: 'previous', c: 'claim', e: 'resolve', r: 'reply',
	'/': 'search', '?': 'help',
};
const AFTER_G: Record<string, Command> = { i: 'inbox' };
const SEQUENCE_MS = 1000;

/* Remembers the first key of a sequence such as `g i`. */
export class Keyboard {
	#prefixAt = -Infinity;

	/* The command of a key, or null. Escape works everywhere, the rest only
	 * where no text is typed. Enter is left to the focused link or button. */
	press(press: KeyPress): Command | null {
		if (press.modified)
			return null;
		if (press.key === 'Escape')
			return 'back';
		if (press.typing)
			return null;
		const second = press.at - this.#prefixAt < SEQUENCE_MS;
		this.#prefixAt = press.key === 'g' && !second ? press.at : -Infinity;
		if (second)
			return AFTER_G[press.key] ?? null;
		return KEYS[press.key] ?? null;
	}
}

/* The id `step` places from `now` in the list; the first when nothing is
 * chosen; stays inside the list. */
export function neighbour(
	ids: readonly string[], now: string | null, step: number,
): string | null
{
	if (ids.length === 0)
		return null;
	const at = now === null ? -1 : ids.indexOf(now);
	if (at < 0)
		return ids[0]!;
	return ids[Math.min(ids.length - 1, Math.max(0, at + step))]!;
}
