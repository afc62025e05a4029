/* field.tsx: one option of a widget as a field: label above, help under, what
 * is wrong in its place, and the way back to the default */
/* SPDX-License-Identifier: MIT */
import type { ComponentChildren } from 'preact';
import { useState } from 'preact/hooks';
import { Icon } from '../icons';
import { isEmpty, linesOf, type Option, type Value } from './options';
import { ThemeInput } from './theme-input';
import { webChatWords as words } from './words';

export interface FieldProps {
	option: Option;
	/* undefined or null: its own is not set */
	own: Value | undefined;
	inherited: Value | undefined;
	fault: string | undefined;
	onChange(value: Value): void;
}

export interface InputProps extends FieldProps {
	id: string;
	describedBy: string;
}

/* How a value is called in words. */
export function spoken(option: Option, value: Value | undefined): string
{
	if (option.type === 'boolean')
		return value === true ? words.yes : words.no;
	if (Array.isArray(value))
		return value.join(', ');
	if (isEmpty(value))
		return option.type !== 'choice' ? ''
			: words.choice[option.choices.includes('default')
				? 'default' : '']!;
	if (typeof value === 'object')
		return JSON.stringify(value);
	return option.type === 'choice' || option.type === 'theme'
		? words.choice[String(value)] ?? String(value) : String(value);
}

export function OptionField(props: FieldProps)
{
	const { option, own, inherited, fault, onChange } = props;
	const id = `option-${option.key}`;
	const isOwn = !isEmpty(own);
	const reset = isOwn && (
		<button type="button" class="link-button wc-reset"
			data-testid={`reset-${option.key}`}
			aria-label={words.resetNamed(option.label)}
			title={words.byDefault(spoken(option, inherited))}
			onClick={() => {
				onChange(null);
				document.getElementById(id)?.focus();
			}}>{words.reset}</button>);
	const help = (
		<p class={fault ? 'hint field-error' : 'hint'} id={`${id}-help`}
			aria-live="polite">{fault ?? helpOf(option)}</p>);

	if (option.type === 'boolean')
		return (
			<div class="wc-field wc-toggle">
				<input type="checkbox" class="switch" role="switch" id={id}
					data-testid={id} aria-describedby={`${id}-help`}
					checked={(isOwn ? own : inherited) === true}
					onChange={(event) =>
						onChange(event.currentTarget.checked)} />
				<div>
					<Label id={id} option={option}>{reset}</Label>
					{help}
				</div>
			</div>
		);
	return (
		<div class="wc-field">
			<Label id={id} option={option}>{reset}</Label>
			<Input {...props} id={id} describedBy={`${id}-help`} />
			{help}
		</div>
	);
}

function helpOf(option: Option): string
{
	return option.type === 'list' ? `${option.help} ${words.perLine}`
		: option.help;
}

function Label({ id, option, children }: {
	id: string; option: Option; children: ComponentChildren;
})
{
	return (
		<div class="wc-label">
			<label class="label" for={id}>{option.label}</label>
			{children}
		</div>
	);
}

function Input(props: InputProps)
{
	switch (props.option.type) {
	case 'text':
		return <TextArea {...props} />;
	case 'list':
		return <Lines {...props} />;
	case 'choice':
		return <Choice {...props} />;
	case 'color':
		return <Color {...props} />;
	case 'number':
		return <NumberInput {...props} />;
	case 'theme':
		return <ThemeInput {...props} />;
	default:
		return <Line {...props} />;
	}
}

/* What all of them say to the field. */
export function common({ id, describedBy, fault }: InputProps)
{
	return { id, 'data-testid': id, 'aria-describedby': describedBy,
		'aria-invalid': fault !== undefined } as const;
}

function Line(props: InputProps)
{
	const { option, own, inherited, onChange } = props;

	return (
		<input {...common(props)} class="field" dir="auto" autocomplete="off"
			value={typeof own === 'string' ? own : ''}
			placeholder={spoken(option, inherited)}
			onInput={(event) => onChange(event.currentTarget.value)} />
	);
}

function TextArea(props: InputProps)
{
	const { option, own, inherited, onChange } = props;

	return (
		<textarea {...common(props)} class="field wc-lines" dir="auto" rows={3}
			value={typeof own === 'string' ? own : ''}
			placeholder={spoken(option, inherited)}
			onInput={(event) => onChange(event.currentTarget.value)} />
	);
}

/* As it is typed, also while the last line is still empty. */
function Lines(props: InputProps)
{
	const { own, inherited, onChange } = props;
	const list = Array.isArray(own) ? own as string[] : [];
	const [typed, setTyped] = useState(list.join('\n'));
	const shown = linesOf(typed).join('\n') === list.join('\n') ? typed
		: list.join('\n');

	return (
		<textarea {...common(props)} class="field wc-lines" dir="auto" rows={3}
			value={shown}
			placeholder={Array.isArray(inherited) ? inherited.join('\n') : ''}
			onInput={(event) => {
				setTyped(event.currentTarget.value);
				onChange(linesOf(event.currentTarget.value));
			}} />
	);
}

function NumberInput(props: InputProps)
{
	const { option, own, inherited, onChange } = props;

	return (
		<input {...common(props)} class="field wc-number" type="number"
			min={option.min} max={option.max} step="any"
			value={typeof own === 'number' && !Number.isNaN(own) ? own : ''}
			placeholder={isEmpty(inherited) ? '' : String(inherited)}
			onInput={({ currentTarget: field }) =>
				onChange(field.value === '' && !field.validity.badInput
					? null : field.valueAsNumber)} />
	);
}

function Choice(props: InputProps)
{
	const { option, own, inherited, onChange } = props;
	/* what is unset is "default" */
	const choices = option.choices.filter((choice) =>
		choice !== '' && (choice !== 'default' || own === 'default'));

	return (
		<select {...common(props)} class="field"
			value={typeof own === 'string' ? own : ''}
			onChange={(event) => onChange(event.currentTarget.value)}>
			<option value="">
				{words.asDefault(spoken(option, inherited))}</option>
			{choices.map((choice) => <option key={choice} value={choice}>
				{words.choice[choice] ?? choice}</option>)}
		</select>
	);
}

/* The picker of the browser knows only six digits. */
function sixDigits(text: string): string
{
	const short = /^#([0-9a-f])([0-9a-f])([0-9a-f])$/i.exec(text);

	if (short)
		return `#${short.slice(1).map((d) => d + d).join('')}`;
	return /^#[0-9a-f]{6}$/i.test(text) ? text : '#ffffff';
}

function Color(props: InputProps)
{
	const { option, own, inherited, onChange } = props;
	const shown = typeof own === 'string' && own !== '' ? own
		: String(inherited ?? '');

	return (
		<div class="wc-color">
			<span class={`wc-swatch${shown === '' ? ' wc-no-color' : ''}`}
				style={{ backgroundColor: sixDigits(shown) }}>
				<input type="color" value={sixDigits(shown)}
					aria-label={words.pickColor(option.label)}
					onInput={(event) =>
						onChange(event.currentTarget.value)} />
				{shown === '' && <Icon name="plus" />}
			</span>
			<input {...common(props)} class="field code" dir="ltr"
				spellcheck={false} autocomplete="off"
				value={typeof own === 'string' ? own : ''}
				placeholder={String(inherited ?? '')}
				onInput={(event) =>
					onChange(event.currentTarget.value.trim())} />
		</div>
	);
}
