/* content.ts: what messages carry, by their content types */
/* SPDX-License-Identifier: MIT */

export type ContentType =
	| 'text' | 'image' | 'file' | 'quick_button' | 'carousel' | 'dropdown'
	| 'list' | 'video' | 'audio' | 'form';

export interface Choice {
	label: string;
	/* without one the label says it */
	value?: string;
	description?: string;
}

export type FieldType = 'text' | 'email' | 'phone' | 'number' | 'date'
	| 'select' | 'checkbox' | 'textarea';

export interface Field {
	name: string;
	label: string;
	type: FieldType;
	required?: boolean;
	placeholder?: string;
	help?: string;
	options?: Choice[];
	min?: number | string;
	max?: number | string;
	max_length?: number;
}

export type FormValues = Record<string, string | number | boolean>;

export interface Card {
	image_url?: string;
	title?: string;
	subtitle?: string;
	buttons?: Choice[];
}

export interface Section {
	title?: string;
	options?: Choice[];
}

/* The union of the members that the content types define. */
export interface RichMedia {
	value?: string;
	url?: string;
	alt?: string;
	filename?: string;
	size?: number;
	mime_type?: string;
	buttons?: Choice[];
	cards?: Card[];
	placeholder?: string;
	options?: Choice[];
	sections?: Section[];
	poster?: string;
	width?: number;
	height?: number;
	title?: string;
	submit?: string;
	fields?: Field[];
	/* the visitor's answer to a form */
	form?: { message_id: string; values: FormValues };
}
