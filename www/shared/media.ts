/* media.ts: which addresses a page of ours may show itself: what its policy
 * forbids is linked to, and not asked for in vain */
/* SPDX-License-Identifier: MIT */

import { safeUrl } from './text';

/* Of pictures, sounds and films; null: to be linked to at most. */
export function shownUrl(text: string | null | undefined): string | null
{
	const href = safeUrl(text);

	if (href === null)
		return null;
	const url = new URL(href);

	return url.protocol === 'https:' || url.origin === location.origin
		? href : null;
}
