/* FormInput.tsx: the input of one field of a form */
/* SPDX-License-Identifier: MIT */

import { valueOf } from '../shared/choice';
import { maxLength } from '../shared/form';
import type { Field, FieldType } from '../shared/types';
import { useWords } from './words';

export interface InputProps {
	id: string;
	field: Field;
	value: string | boolean | undefined;
	describedBy: string;
	invalid: boolean;
	onChange(value: string | boolean): void;
	onLeave(): void;
}

/* What the browser may know of it: keyboards, and who the visitor is. */
const HINTS: Partial<Record<FieldType, object>> = {
	email: { type: 'email', autocomplete: 'email', inputMode: 'email' },
	phone: { type: 'tel', autocomplete: 'tel', inputMode: 'tel' },
	number: { type: 'text', inputMode: 'decimal', autocomplete: 'off' },
	date: { type: 'date' },
};

export function FormInput({ id, field, value, describedBy, invalid, onChange,
	onLeave }: InputProps)
{
	const { t } = useWords();
	const common = {
		id, name: field.name, dir: 'auto' as const,
		'aria-required': field.required === true,
		'aria-invalid': invalid,
		...(describedBy && { 'aria-describedby': describedBy }),
		onBlur: onLeave,
		placeholder: field.placeholder ?? '',
	};
	const text = typeof value === 'string' ? value : '';

	switch (field.type) {
	case 'checkbox':
		return <input {...common} type="checkbox" checked={value === true}
			onChange={(e) => onChange(e.currentTarget.checked)} />;
	case 'textarea':
		return <textarea {...common} rows={3} maxLength={maxLength(field)}
			value={text}
			onInput={(e) => onChange(e.currentTarget.value)} />;
	case 'select':
		return (
			<select {...common} value={text}
				onChange={(e) => onChange(e.currentTarget.value)}>
				<option value="">{t('form_choose')}</option>
				{field.options?.map((choice) =>
					<option key={valueOf(choice)} value={valueOf(choice)}>
						{choice.label}</option>)}
			</select>
		);
	default:
		return <input type="text" {...common} {...HINTS[field.type]}
			maxLength={maxLength(field)} value={text}
			{...(field.type === 'date' && { min: field.min, max: field.max })}
			onInput={(e) => onChange(e.currentTarget.value)} />;
	}
}
