/* session.ts: the visitor's id, in the storage of the customer's page, for the
 * frame's own is another one on each site or none at all */
/* SPDX-License-Identifier: MIT */

import { safeStorage } from '../shared/storage';
import { uuid } from '../shared/uuid';

/* This page load's, when storage is forbidden. */
const unstored = new Map<string, string>();

function keep(key: string, id: string): void
{
	unstored.set(key, id);
	safeStorage().set(key, id);
}

/* name: the key of the widget, or the id that the page chose for the visit. */
export function sessionId(name: string): string
{
	const key = `cw_sid_${name}`;
	const id = safeStorage().get(key) ?? unstored.get(key);

	if (id)
		return id;
	const fresh = uuid();

	keep(key, fresh);
	return fresh;
}

export function keepSession(name: string, id: string): void
{
	keep(`cw_sid_${name}`, id);
}
