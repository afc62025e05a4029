/* login.ts: the login form without leaving the page. Without this script the
 * same form posts itself and the server fills in the error. */
/* SPDX-License-Identifier: MIT */
import { ApiError, call } from '../shared/api';
import { clock } from '../shared/time';
import './login.css';
import { safeNext } from './route';
import { loginWords as words } from './words';

function byId<T extends HTMLElement>(id: string): T
{
	return document.getElementById(id) as T;
}

const form = byId<HTMLFormElement>('login');
const email = byId<HTMLInputElement>('email');
const password = byId<HTMLInputElement>('password');
const submit = byId<HTMLButtonElement>('submit');
const formError = byId<HTMLElement>('form-error');

function setError(field: HTMLInputElement, text: string): boolean
{
	byId(`${field.id}-error`).textContent = text;
	field.setAttribute('aria-invalid', String(text !== ''));
	return text !== '';
}

function checkEmail(): boolean
{
	const text = email.value.trim();

	if (text === '')
		return setError(email, words.missingEmail);
	return setError(email, email.validity.typeMismatch ? words.badEmail : '');
}

function checkPassword(): boolean
{
	return setError(password,
		password.value === '' ? words.missingPassword : '');
}

function sentenceFor(error: unknown): string
{
	if (!(error instanceof ApiError))
		return words.failed;
	switch (error.status) {
	case 0:
		return words.unreachable;
	case 400:
		return words.expired;
	case 401:
		return words.wrong;
	case 429:
		return words.wait(clock(new Date(Date.now() +
			(error.retryAfter ?? 60) * 1000 + 59000).toISOString()));
	default:
		return words.failed;
	}
}

function setBusy(busy: boolean): void
{
	submit.disabled = busy;
	submit.textContent = busy ? words.busy : words.submit;
}

async function logIn(): Promise<void>
{
	const token = new FormData(form).get('csrf_token');

	formError.textContent = '';
	setBusy(true);
	try {
		await call('POST', '/auth/login', { csrf: String(token),
			body: { email: email.value.trim(), password: password.value } });
		location.assign(safeNext(new FormData(form).get('next') as string));
	} catch (error) {
		setBusy(false);
		formError.textContent = sentenceFor(error);
		if (error instanceof ApiError && error.status === 401) {
			password.focus();
			password.select();
		}
	}
}

form.addEventListener('submit', (event) => {
	event.preventDefault();
	const bad = [checkEmail() ? email : null,
		checkPassword() ? password : null].find((field) => field);

	if (bad)
		bad.focus();
	else if (!submit.disabled)
		void logIn();
});

/* A field is judged when it is left, and forgiven while it is mended. */
for (const [field, check] of [[email, checkEmail],
	[password, checkPassword]] as const) {
	field.addEventListener('blur', () => {
		if (field.value !== '')
			check();
	});
	field.addEventListener('input', () => setError(field, ''));
}
(email.value === '' ? email : password).focus();
