/* languages.test.ts: which language it is, and whose words */

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { memoryStorage } from '../shared/storage';
import { LOADERS, Languages, listed } from './languages';
import { Options } from './options';

async function setup(settings: object, browser: string[], wishes = {})
{
	const options = new Options(wishes);
	const storage = memoryStorage();
	const make = () => new Languages(options, storage, 'lang', browser);
	const languages = make();

	options.answered(settings);
	await languages.start();
	return { options, languages, make };
}

/* Until the words of another language are there. */
const loaded = () => new Promise((done) => setTimeout(done, 50));

test('the browser\'s, among those that the owner offers', async () => {
	const of = async (language: string, ...browser: string[]) =>
		(await setup({ language }, browser)).languages.get().locale;

	assert.equal(await of('', 'sw-KE', 'en'), 'sw');
	assert.equal(await of('', 'xx'), 'en');
	assert.equal(await of('fr,en', 'de', 'en-GB'), 'en');
	assert.equal(await of('fr,en', 'de'), 'fr');
	assert.equal(await of('pt_BR', 'en'), 'pt-BR');
	assert.deepEqual(listed(' a_B ,, c'), ['a-B', 'c']);
});

test('the page\'s wish, above it the choice, which is kept', async () => {
	const { languages, make } = await setup({ language: 'en,fr' }, ['en'],
		{ language: 'ar' });

	assert.equal(languages.get().locale, 'ar');
	assert.equal(languages.get().dir, 'rtl');
	languages.choose('fr');
	await loaded();
	assert.equal(languages.get().t('send'), 'Envoyer');
	const again = make();

	await again.start();
	assert.equal(again.get().locale, 'fr');
});

test('the owner\'s words, for languages that we do not speak too', async () => {
	const { options, languages } = await setup({ language: 'nl', title: 'A',
		translations: { nl: { restart: 'Opnieuw', title: 'B', odd: 'x' },
			default: { export: 'Keep' } } }, ['en']);
	const { t, locale } = languages.get();

	assert.deepEqual([locale, t('menu_restart'), t('menu_export'),
		t('send'), t('odd')], ['nl', 'Opnieuw', 'Keep', 'Send', 'odd']);
	assert.equal(languages.localized(options.get()).title, 'B');
	options.wish({ title: 'C' });
	assert.equal(languages.localized(options.get()).title, 'C');
});

test('each language calls itself by its own name', async () => {
	const { languages } = await setup({}, ['en']);

	assert.equal(languages.offered.length, Object.keys(LOADERS).length + 1);
	assert.equal(languages.offered.find(({ tag }) => tag === 'de')?.name,
		'Deutsch');
});
