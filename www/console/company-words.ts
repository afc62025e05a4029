/* company-words.ts: the sentences of the pages about the company */
/* SPDX-License-Identifier: MIT */
import type { NameFault, Standing } from './key-list';

export const companyWords = {
	company: 'Company',
	purpose: 'What holds for all of your workspace.',
	adminsOnly: 'Only administrators can see this',
	adminsOnlyHint: 'Ask one of them to make the change, or to make you an administrator.',
	toInbox: 'To the inbox',

	keys: 'API keys',
	keysPurpose: 'Programs of yours use a key to build chatbots and to talk with them.',
	baseUrl: 'Requests go to',
	openapi: 'OpenAPI description',
	loading: 'Loading the keys…',
	loadFailed: 'The keys could not be loaded.',
	noKeys: 'No key yet',
	noKeysHint: 'A key lets a program of yours use the developer API. Make one for each program, so that you can take back one alone.',
	name: 'Name',
	access: 'Access',
	created: 'Created',
	lastUsed: 'Last used',
	expires: 'Expires',
	ended: 'Ended',
	never: 'Never',
	by: (name: string) => `by ${name}`,
	byServer: 'on the server',
	canRead: 'Read',
	canWrite: 'Read and write',
	standing: { valid: '', expired: 'Expired', revoked: 'Revoked' } as
		Record<Standing, string>,
	endedKeys: (n: number) => n === 1 ? '1 key that ended'
		: `${n} keys that ended`,

	create: 'Create key',
	createTitle: 'Create an API key',
	creating: 'Creating…',
	nameHint: 'What it is for, such as “Order service”.',
	nameFault: { missing: 'Give the key a name.',
		long: 'A name has at most 100 characters.' } as
		Record<Exclude<NameFault, null>, string>,
	readHint: 'Looks at chatbots, flows and conversations; changes nothing.',
	writeHint: 'Also changes them, and talks with chatbots.',
	expiry: 'Expires',
	expiryHint: 'After that the key is refused.',
	days: (n: number) => n === 0 ? 'Never' : n === 365 ? 'In a year'
		: `In ${n} days`,

	secretTitle: 'Copy the key now',
	secretWarning: 'This is the only time that it is shown. Who has it can do what it allows: keep it like a password.',
	secretOf: (name: string) => `Key “${name}”`,
	copy: 'Copy',
	copied: 'Copied',
	copyFailed: 'It could not be copied. It is selected: copy it by hand.',
	done: 'Done',

	revoke: 'Revoke',
	revokeNamed: (name: string) => `Revoke ${name}`,
	revokeTitle: (name: string) => `Revoke “${name}”?`,
	revokeHint: 'Programs that use it are refused from then on. This cannot be undone.',
	revoking: 'Revoking…',
	revoked: (name: string) => `“${name}” is revoked.`,
};
