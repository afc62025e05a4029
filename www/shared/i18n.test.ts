/* i18n.test.ts: choosing a language, and what the word files must keep */

import assert from 'node:assert/strict';
import { test } from 'node:test';
import en from '../locales/en.json';
import { LOADERS } from '../widget/languages';
import { chooseLocale, createI18n } from './i18n';
import type { Dictionary } from './i18n';

const all: Record<string, Dictionary> = { en };

for (const [tag, load] of Object.entries(LOADERS))
	all[tag] = (await load()).default;

function placeholders(entry: Dictionary[string]): string
{
	const text = typeof entry === 'string' ? entry : entry.other;

	return [...text.matchAll(/\{\w+\}/g)].map((m) => m[0]).sort().join();
}

for (const [tag, words] of Object.entries(all))
	test(`${tag} has the keys and placeholders of en`, () => {
		assert.deepEqual(Object.keys(words).sort(),
			Object.keys(en).sort());
		for (const [key, entry] of Object.entries(words))
			assert.equal(placeholders(entry),
				placeholders((en as Dictionary)[key]!), key);
	});

for (const [tag, words] of Object.entries(all))
	test(`${tag} has every form of plural that it needs, and no markup`, () => {
		const { pluralCategories } =
			new Intl.PluralRules(tag).resolvedOptions();

		for (const [key, entry] of Object.entries(words)) {
			const forms = typeof entry === 'string' ? [entry]
				: Object.values(entry);

			if (typeof entry !== 'string')
				for (const form of pluralCategories)
					assert.ok(entry[form], `${key} ${form}`);
			for (const form of forms)
				assert.match(form, /^[^<>&]+$/, key);
		}
	});

test('lookup shortens from the right, in order of wish', () => {
	const choose = (...wanted: string[]) =>
		chooseLocale(wanted, ['en', 'sw', 'zh-Hant']);

	assert.equal(choose('sw-KE', 'en'), 'sw');
	assert.equal(choose('sw_TZ'), 'sw');
	assert.equal(choose('zh-Hant-TW'), 'zh-Hant');
	assert.equal(choose('fr', 'EN-gb'), 'en');
	assert.equal(choose('../../etc', ''), 'en');
});

test('plurals, values, and the ways back', () => {
	const i18n = createI18n('sw', { en: { a: 'only {x}', n: {
		one: '{count} thing', other: '{count} things' } }, sw: {} });

	assert.equal(i18n.t('a', { x: '{y}', y: 1 }), 'only {y}');
	assert.equal(i18n.t('n', { count: 1 }), '1 thing');
	assert.equal(i18n.t('n', { count: 2 }), '2 things');
	assert.equal(i18n.t('no_such_key'), 'no_such_key');
	assert.equal(createI18n('ar', {}).dir, 'rtl');
});
