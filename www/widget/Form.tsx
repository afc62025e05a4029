/* Form.tsx: a form in a message, to be filled in once. Fields are checked as
 * one leaves them; where forms are switched off their questions are listed. */
/* SPDX-License-Identifier: MIT */

import { useRef, useState } from 'preact/hooks';
import { answerText, faultOf, maxLength, valuesOf } from '../shared/form';
import type { Entered, Fault } from '../shared/form';
import { useSheet } from '../shared/sheet';
import type { Draft, Field, Message } from '../shared/types';
import { FormInput } from './FormInput';
import href from './form.css?url';
import { CheckIcon } from './icons';
import { useWords } from './words';

export interface FormProps {
	message: Message;
	answered: boolean;
	/* The option: without it the questions are only listed. */
	enabled: boolean;
	onAnswer(draft: Draft): void;
}

function FieldView({ id, field, value, fault, onChange, onLeave }: {
	id: string; field: Field; value: string | boolean | undefined;
	fault: Fault | null; onChange(value: string | boolean): void;
	onLeave(): void;
})
{
	const { t } = useWords();
	const limit = fault === 'form_low' ? field.min : field.max;
	const described = [field.help && `${id}-help`, fault && `${id}-fault`]
		.filter(Boolean).join(' ');
	const label = <label for={id} dir="auto">
		{field.label}
		{field.required && <span aria-hidden="true"> *</span>}
	</label>;
	const input = <FormInput id={id} field={field} value={value}
		describedBy={described} invalid={fault !== null}
		onChange={onChange} onLeave={onLeave} />;

	return (
		<div class={field.type === 'checkbox' ? 'field field-box' : 'field'}>
			{field.type === 'checkbox' ? <>{input}{label}</>
				: <>{label}{input}</>}
			{field.help && <p class="field-help" id={`${id}-help`} dir="auto">
				{field.help}</p>}
			{fault && <p class="field-fault" id={`${id}-fault`}
				data-testid="form-fault">
				{t(fault, { limit: limit ?? maxLength(field) })}</p>}
		</div>
	);
}

function useForm(fields: readonly Field[])
{
	const [entered, setEntered] = useState<Entered>({});
	const [faults, setFaults] = useState<Record<string, Fault | null>>({});
	const check = (field: Field) => {
		const fault = faultOf(field, entered[field.name]);

		setFaults((all) => ({ ...all, [field.name]: fault }));
		return fault;
	};

	return {
		entered, faults, check,
		change(field: Field, value: string | boolean) {
			setEntered((all) => ({ ...all, [field.name]: value }));
			/* What was wrong is looked at again at once. */
			setFaults((all) => all[field.name] ? { ...all,
				[field.name]: faultOf(field, value) } : all);
		},
		/* The first field that is wrong. */
		checkAll: () => fields.filter((field) => check(field) !== null)[0],
	};
}

function Open({ message, onAnswer }: Omit<FormProps, 'answered' | 'enabled'>)
{
	const { t } = useWords();
	const media = message.rich_media!;
	const fields = media.fields ?? [];
	const form = useForm(fields);
	const element = useRef<HTMLFormElement>(null);
	const idOf = (field: Field) => `form-${message.id}-${field.name}`;
	const submit = (event: Event) => {
		const wrong = form.checkAll();
		const values = valuesOf(fields, form.entered);

		event.preventDefault();
		if (wrong) {
			element.current!.querySelector<HTMLElement>(
				`#${CSS.escape(idOf(wrong))}`)?.focus();
			return;
		}
		onAnswer({ content: answerText(fields, values),
			content_type: 'text', rich_media: {
				form: { message_id: message.id, values } } });
	};

	return (
		<form class="form" ref={element} noValidate data-testid="form"
			aria-label={media.title || t('form_send')} onSubmit={submit}>
			{media.title && <p class="form-title" dir="auto">{media.title}</p>}
			{fields.map((field) => <FieldView key={field.name}
				id={idOf(field)} field={field}
				value={form.entered[field.name]}
				fault={form.faults[field.name] ?? null}
				onChange={(value) => form.change(field, value)}
				onLeave={() => void form.check(field)} />)}
			<button type="submit" class="button" data-testid="form-send"
				dir="auto">
				{media.submit || t('form_send')}
			</button>
		</form>
	);
}

function Questions({ message }: { message: Message })
{
	const { title, fields = [] } = message.rich_media!;

	return (
		<div class="form" data-testid="form-questions">
			{title && <p class="form-title" dir="auto">{title}</p>}
			<ul>{fields.map((field) =>
				<li key={field.name} dir="auto">{field.label}</li>)}</ul>
		</div>
	);
}

export default function Form({ message, answered, enabled, onAnswer }: FormProps)
{
	const { t } = useWords();
	const ready = useSheet(href);

	if (!ready)
		return <span class="late" />;
	if (!enabled)
		return <Questions message={message} />;
	if (!answered)
		return <Open message={message} onAnswer={onAnswer} />;
	return (
		<div class="form form-done" data-testid="form-done">
			{message.rich_media!.title && <p class="form-title" dir="auto">
				{message.rich_media!.title}</p>}
			<p><CheckIcon size={16} /> {t('form_sent')}</p>
		</div>
	);
}
