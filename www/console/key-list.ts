/* key-list.ts: keys of the developer API as the server tells them, and what
 * is said of them */
/* SPDX-License-Identifier: MIT */

export type Scope = 'read' | 'write';

export interface ApiKey {
	id: string;
	name: string;
	masked: string;
	scopes: Scope[];
	/* null: made on the server */
	created_by: string | null;
	created_at: string;
	last_used_at: string | null;
	expires_at: string | null;
	revoked_at: string | null;
}

/* The answer to a new one: the only time that the secret is told. */
export interface NewKey extends ApiKey {
	secret: string;
}

export const NAME_MAX = 100;
/* What can be chosen; 0: it does not end. */
export const DAYS = [30, 90, 365, 0] as const;

export type Standing = 'valid' | 'expired' | 'revoked';

export function standing(key: ApiKey, now: number): Standing
{
	if (key.revoked_at !== null)
		return 'revoked';
	return key.expires_at !== null && Date.parse(key.expires_at) <= now
		? 'expired' : 'valid';
}

/* Those that let somebody in, and those that did. */
export function parted(keys: readonly ApiKey[], now: number):
	{ valid: ApiKey[]; ended: ApiKey[] }
{
	const is = (key: ApiKey) => standing(key, now) === 'valid';

	return { valid: keys.filter(is), ended: keys.filter((k) => !is(k)) };
}

export type NameFault = 'missing' | 'long' | null;

/* As the server counts: characters, not UTF-16 units. */
export function nameFault(name: string): NameFault
{
	const n = [...name.trim()].length;

	return n === 0 ? 'missing' : n > NAME_MAX ? 'long' : null;
}

/* The list with a key put in or replaced; the newest stand first. */
export function withKey(keys: readonly ApiKey[], key: ApiKey): ApiKey[]
{
	return keys.some((k) => k.id === key.id)
		? keys.map((k) => k.id === key.id ? key : k) : [key, ...keys];
}

/* What of the answer may be kept: never the secret. */
export function withoutSecret({ secret: _, ...key }: NewKey): ApiKey
{
	return key;
}
