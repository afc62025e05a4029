/* translations.tsx: what the chat says, and its words in each language */
/* SPDX-License-Identifier: MIT */
import { useState } from 'preact/hooks';
import type { Editing } from './draft';
import { Options } from './forms';
import { direction, isLanguage, languageName, languages, LONG, PHRASES,
	translationsOf, unsaid, withPhrase } from './languages';
import type { Value } from './options';
import type { TabProps } from './widget';
import { webChatWords as words } from './words';

export function WordsTab({ editing }: TabProps)
{
	return <>
		<Options editing={editing} group="words" />
		<hr class="wc-line" />
		<Translations editing={editing} />
	</>;
}

function Translations({ editing }: { editing: Editing })
{
	const { draft, widget, faults, setOption } = editing;
	const changed = draft.settings?.translations;
	const own = translationsOf(changed === undefined
		? widget.settings.translations ?? widget.inherited.translations
		: changed);
	const [added, setAdded] = useState<string[]>([]);
	const [language, setLanguage] = useState('de');
	const all = [...new Set([...languages(own), ...added])];

	return (
		<section class="wc-translations" aria-labelledby="translations-title">
			<h2 class="title" id="translations-title">
				{words.translations}</h2>
			<p class="page-purpose">{words.translationsHint}</p>
			<p class="hint field-error" role="alert">{faults.translations}</p>
			<div class="wc-languages">
				<div>
					<label class="label" for="language">
						{words.language}</label>
					<select class="field" id="language"
						data-testid="language" value={language}
						onChange={(event) =>
							setLanguage(event.currentTarget.value)}>
						{all.map((code) => <option key={code} value={code}>
							{languageName(code)}</option>)}
					</select>
				</div>
				<AddLanguage onAdd={(code) => {
					setAdded([...added, code]);
					setLanguage(code);
				}} />
			</div>
			<table class="wc-phrases">
				<thead class="visually-hidden">
					<tr><th scope="col">{words.phrase}</th>
						<th scope="col">{words.yourWords}</th></tr>
				</thead>
				<tbody>
					{PHRASES.map((phrase) => <Phrase key={phrase} of={phrase}
						language={language} text={own[language]?.[phrase] ?? ''}
						other={unsaid(phrase, language, editing.values)}
						onText={(text) => setOption('translations',
							withPhrase(own, language, phrase,
								text) as unknown as Value)} />)}
				</tbody>
			</table>
		</section>
	);
}

function Phrase({ of: phrase, language, text, other, onText }: {
	of: string; language: string; text: string; other: string;
	onText(text: string): void;
})
{
	const id = `phrase-${phrase}`;
	const more = { id, 'data-testid': id, value: text, placeholder: other,
		lang: language, dir: direction(language),
		onInput: (event: { currentTarget: { value: string } }) =>
			onText(event.currentTarget.value) };

	return (
		<tr>
			<th scope="row"><label for={id}>{words.phrases[phrase]}</label>
			</th>
			<td>{LONG.has(phrase)
				? <textarea class="field wc-lines" rows={2} {...more} />
				: <input class="field" autocomplete="off" {...more} />}</td>
		</tr>
	);
}

function AddLanguage({ onAdd }: { onAdd(code: string): void })
{
	const [typed, setTyped] = useState('');
	const [bad, setBad] = useState(false);

	return (
		<form class="wc-add" onSubmit={(event) => {
			event.preventDefault();
			setBad(!isLanguage(typed.trim()));
			if (isLanguage(typed.trim())) {
				onAdd(typed.trim());
				setTyped('');
			}
		}}>
			<label class="label" for="language-more">
				{words.addLanguage}</label>
			<div class="copy-row">
				<input class="field code" id="language-more" dir="ltr"
					data-testid="language-more" value={typed}
					autocomplete="off" aria-invalid={bad}
					aria-describedby="language-more-help"
					onInput={(event) => {
						setTyped(event.currentTarget.value);
						setBad(false);
					}} />
				<button type="submit" class="button"
					data-testid="language-add">{words.add}</button>
			</div>
			<p class={bad ? 'hint field-error' : 'hint'} aria-live="polite"
				id="language-more-help">
				{bad ? words.badLanguage : words.addLanguageHint}</p>
		</form>
	);
}
