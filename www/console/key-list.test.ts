/* key-list.test.ts: which keys are valid, and what they may be called */
/* SPDX-License-Identifier: MIT */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { type ApiKey, nameFault, parted, standing, withKey, withoutSecret,
} from './key-list';

const NOW = Date.parse('2026-06-01T12:00:00Z');
const key = (id: string, more: Partial<ApiKey> = {}): ApiKey => ({ id,
	name: id, masked: 'sk-…', scopes: ['read'], created_by: null,
	created_at: '2026-01-01T00:00:00Z', last_used_at: null,
	expires_at: null, revoked_at: null, ...more });

test('a key is valid until its end or until it is revoked', () => {
	const soon = { expires_at: '2026-06-01T12:00:01Z' };

	assert.equal(standing(key('a'), NOW), 'valid');
	assert.equal(standing(key('a', soon), NOW), 'valid');
	assert.equal(standing(key('a', soon), NOW + 1000), 'expired');
	assert.equal(standing(key('a', { ...soon,
		revoked_at: '2026-05-01T00:00:00Z' }), NOW + 9000), 'revoked');
});

test('those that ended stand apart, each in the order of the list', () => {
	const { valid, ended } = parted([key('d'), key('c', { revoked_at: 'x' }),
		key('b'), key('a', { expires_at: '2026-01-02T00:00:00Z' })], NOW);

	assert.deepEqual(valid.map((k) => k.id), ['d', 'b']);
	assert.deepEqual(ended.map((k) => k.id), ['c', 'a']);
});

test('a name has 1 to 100 characters', () => {
	assert.equal(nameFault(''), 'missing');
	assert.equal(nameFault(' \t '), 'missing');
	assert.equal(nameFault(' x '), null);
	assert.equal(nameFault('😀'.repeat(100)), null);
	assert.equal(nameFault('x'.repeat(101)), 'long');
});

test('a new key stands first, a changed one where it was', () => {
	const list = [key('b'), key('a')];

	assert.deepEqual(withKey(list, key('c')).map((k) => k.id),
		['c', 'b', 'a']);
	const now = withKey(list, key('a', { revoked_at: 'now' }));

	assert.deepEqual(now.map((k) => [k.id, k.revoked_at]),
		[['b', null], ['a', 'now']]);
});

test('what is kept of a new key has no secret', () => {
	assert.deepEqual(withoutSecret({ ...key('a'), secret: 'sk-x' }),
		key('a'));
});
