/* languages.ts: which language the widget speaks. The visitor's own choice
 * comes first, then the page's wish, then the browser's languages among those
 * that the owner offers. Only English is here from the beginning. */

import en from '../locales/en.json';
import { chooseLocale, createI18n } from '../shared/i18n';
import type { Dictionary, I18n } from '../shared/i18n';
import type { SafeStorage } from '../shared/storage';
import { Store } from '../shared/store';
import type { Options, Settings, Words } from './options';

type Loader = () => Promise<{ default: Dictionary }>;

export const LOADERS: Record<string, Loader> = {
	sw: () => import('../locales/sw.json'),
	fr: () => import('../locales/fr.json'),
	de: () => import('../locales/de.json'),
	es: () => import('../locales/es.json'),
	ar: () => import('../locales/ar.json'),
	pt: () => import('../locales/pt.json'),
};

/* The widget API's names of words, and ours. */
const KEYS: Record<string, string> = {
	confirmYes: 'confirm_yes', confirmNo: 'confirm_no',
	confirmRestart: 'restart_confirm', language: 'menu_language',
	restart: 'menu_restart', export: 'menu_export',
	maximize: 'menu_maximize', minimize: 'menu_minimize',
	name: 'contact_name', email: 'contact_email',
};
/* Words that are settings themselves. */
const TEXTS = ['title', 'placeholder', 'intro', 'greeting'] as const;

export function listed(text: string): string[]
{
	return text.split(',').map((tag) => tag.trim().replace(/_/g, '-'))
		.filter(Boolean);
}

/* The owner's own words for a language. */
export function wordsFor({ translations }: Settings, tag: string): Words
{
	const at = chooseLocale([tag], Object.keys(translations), 'default');

	return { ...translations.default, ...translations[at] };
}

function ownWords(words: Words): Dictionary
{
	const own: Dictionary = {};

	for (const [name, text] of Object.entries(words))
		if (typeof text === 'string' && text !== '') {
			const key = KEYS[name] ?? name;

			if (Object.prototype.hasOwnProperty.call(en, key))
				own[key] = text;
		}
	return own;
}

export class Languages extends Store<I18n> {
	private chosen: string | null;
	private readonly loaded: Record<string, Dictionary> = { en };
	/* Counts wishes: an answer that comes late is for an older one. */
	private turn = 0;

	constructor(private readonly options: Options,
		private readonly storage: SafeStorage,
		private readonly key: string,
		private readonly browser: readonly string[] =
			navigator.languages,
		private readonly loaders = LOADERS)
	{
		super(createI18n('en', { en }));
		this.chosen = storage.get(key);
	}

	/* Settles what holds now, and again when the settings change. */
	async start(): Promise<void>
	{
		this.options.subscribe(() => void this.apply());
		await this.apply();
	}

	/* What the visitor may choose from, each by its own name. */
	get offered(): { tag: string; name: string }[]
	{
		return this.tags().map((tag) => ({ tag, name: nameOf(tag) }));
	}

	choose(tag: string): void
	{
		this.chosen = tag;
		this.storage.set(this.key, tag);
		void this.apply();
	}

	/* The settings in the words of the language. */
	localized(settings: Settings): Settings
	{
		const words = wordsFor(settings, this.get().locale);
		const own: Partial<Settings> = {};

		for (const key of TEXTS)
			if (words[key] && !this.options.isWished(key))
				own[key] = words[key]!;
		return { ...settings, ...own };
	}

	private tags(): string[]
	{
		const owners = listed(this.options.served('language'));

		return owners.length > 0 ? owners
			: ['en', ...Object.keys(this.loaders)];
	}

	private wanted(): string
	{
		const tags = this.tags();
		const first = listed(this.options.wished('language') ?? '');
		const fallback = listed(this.options.served('language'))[0];

		return chooseLocale([
			...(this.chosen ? [this.chosen] : []), ...first,
			...this.browser,
		], [...new Set([...tags, ...first])], fallback ?? 'en');
	}

	private async apply(): Promise<void>
	{
		const turn = ++this.turn;
		const locale = this.wanted();
		const from = chooseLocale([locale],
			['en', ...Object.keys(this.loaders)]);

		try {
			this.loaded[from] ??= (await this.loaders[from]!()).default;
		} catch {
			/* English is better than nothing. */
		}
		if (turn !== this.turn)
			return;
		const words = {
			...this.loaded[from],
			...ownWords(wordsFor(this.options.get(), locale)),
		};

		this.set(createI18n(locale, { en, [locale]: words }));
	}
}

function nameOf(tag: string): string
{
	try {
		const name = new Intl.DisplayNames([tag],
			{ type: 'language' }).of(tag) ?? tag;

		return name.charAt(0).toLocaleUpperCase(tag) + name.slice(1);
	} catch {
		return tag;
	}
}
