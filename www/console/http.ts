/* http.ts: the agent's calls; whoever is logged out goes to the login page */
/* SPDX-License-Identifier: MIT */
import { type Answer, ApiError, callFull } from '../shared/api';
import { loginHref } from './route';
import { words } from './words';

/* The token that the server put into the page. */
function csrfToken(): string
{
	return document.querySelector<HTMLMetaElement>(
		'meta[name="csrf-token"]')?.content ?? '';
}

/* Leaves for the login page, which leads back here. */
export function toLogin(): void
{
	location.assign(loginHref(location.pathname + location.search));
}

type Method = 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE';

export async function ask<T>(method: Method, path: string,
	body?: unknown, signal?: AbortSignal): Promise<Answer<T>>
{
	try {
		return await callFull<T>(method, path, {
			...(method !== 'GET' && { csrf: csrfToken() }),
			...(body !== undefined && { body }),
			...(signal && { signal }),
		});
	} catch (error) {
		if (error instanceof ApiError && error.status === 401)
			toLogin();
		throw error;
	}
}

export async function get<T>(path: string, signal?: AbortSignal): Promise<T>
{
	return (await ask<T>('GET', path, undefined, signal)).data;
}

export async function post<T>(path: string, body?: unknown): Promise<T>
{
	return (await ask<T>('POST', path, body)).data;
}

export async function patch<T>(path: string, body: unknown): Promise<T>
{
	return (await ask<T>('PATCH', path, body)).data;
}

export async function del(path: string): Promise<void>
{
	await ask<void>('DELETE', path);
}

export function statusOf(error: unknown): number
{
	return error instanceof ApiError ? error.status : -1;
}

/* What to tell a person about a failed call. */
export function sentence(error: unknown): string
{
	if (!(error instanceof ApiError))
		return words.failed;
	return error.status === 0 ? words.gone : error.message;
}
