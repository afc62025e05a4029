/* retry.ts: which refusals pass by themselves, and when to ask again */
/* SPDX-License-Identifier: MIT */

/* The slugs of errors that are the server's state and not the request's. */
export const PASSING: ReadonlySet<string> =
	new Set(['rate_limited', 'unavailable', 'internal']);

export const RETRY_MS = 2000;
const LAST_RETRY_MS = 16000;

/* The pause after `failures` in a row, doubling from `first` on. */
export function pauseMs(failures: number, first = RETRY_MS): number
{
	return Math.min(first * 2 ** Math.max(0, failures - 1),
		LAST_RETRY_MS);
}
