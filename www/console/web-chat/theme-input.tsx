/* theme-input.tsx: a theme is a name, with settings behind it */
/* SPDX-License-Identifier: MIT */
import { common, type InputProps, spoken } from './field';
import { webChatWords as words } from './words';

const NAMES = ['auto', 'light', 'dark', 'modern', 'stack', 'blank'];

/* An object was set by a program: it is shown as the text that it is. */
export function themeParts(own: unknown): { name: string; more: string }
{
	const text = typeof own === 'string' ? own
		: own === null || own === undefined ? '' : JSON.stringify(own);
	const slash = text.indexOf('/');

	if (text.startsWith('{'))
		return { name: '', more: text };
	return slash < 0 ? { name: text, more: '' }
		: { name: text.slice(0, slash), more: text.slice(slash + 1) };
}

/* Without a name the settings are those of "default". */
export function themeOf(name: string, more: string): string
{
	if (more === '' || more.startsWith('{'))
		return more === '' ? name : more;
	return `${name || 'default'}/${more}`;
}

export function ThemeInput(props: InputProps)
{
	const { own, option, inherited, onChange } = props;
	const { name, more } = themeParts(own);
	const shown = name === 'default' ? '' : name;
	const known = shown === '' || NAMES.includes(shown) ? NAMES
		: [...NAMES, shown];

	return (
		<div class="wc-theme">
			<select {...common(props)} class="field" value={shown}
				onChange={(event) =>
					onChange(themeOf(event.currentTarget.value, more))}>
				<option value="">{words.asDefault(
					spoken(option, inherited) || words.choice.auto!)}
				</option>
				{known.map((one) => <option key={one} value={one}>
					{words.choice[one] ?? one}</option>)}
			</select>
			<input class="field code" dir="ltr" spellcheck={false}
				aria-label={words.themeMore} autocomplete="off"
				data-testid="theme-more" value={more}
				placeholder={words.themeMoreHint}
				onInput={(event) => onChange(themeOf(name,
					event.currentTarget.value.trim()))} />
		</div>
	);
}
