/* element.ts: <baraza-widget>: one widget as an element of the page, in a closed
 * shadow tree, so that the page's styles do not reach it. Its properties and
 * methods come a moment later: element-api.ts. */
/* SPDX-License-Identifier: MIT */

import { mount } from './mount';
import type { Mounted } from './mount';
import { isOn } from './seat';
import type { Props } from './seat';

/* Attributes, which are in lower case there; the last two count by being
 * there. */
export const MARKS = ['hideBar', 'hideButton'];
export const TEXTS = ('widget session layout position placeholder language ' +
	'barIcon barTitle botIcon userIcon buttonIcon plugins host theme color ' +
	'title hidden bubbleText width height').split(' ');
/* Change without a new button. */
const SOFT = /^(placeholder|language|bartitle|title)$/;

export interface WidgetElement extends HTMLElement {
	open: boolean;
}

export interface ElementState {
	origin: string;
	root: ShadowRoot;
	values: Record<string, unknown>;
	mounting?: Promise<Mounted | null> | undefined;
	mounted?: Mounted | null | undefined;
	ready: Promise<WidgetElement>;
	isReady(): void;
}

const states = new WeakMap<object, ElementState>();

export function stateOf(element: object): ElementState
{
	return states.get(element)!;
}

export function propsOf(element: HTMLElement): Props
{
	const props: Props = {};

	for (const name of [...TEXTS, ...MARKS, 'open']) {
		const value = element.getAttribute(name.toLowerCase());

		/* 'default' is what the owner has set. */
		if (value !== null && value !== 'default')
			props[name] = value;
	}
	if (props.barTitle)
		props.title = props.barTitle;
	return props;
}

/* widget: an id, or the address of a frame. */
export function placeOf({ widget = '', host }: Props, origin: string):
	{ origin: string; widget: string }
{
	const url = new URL(/\//.test(widget) ? widget
		: `/integrations/widget/${widget}/frame`, origin);

	return { origin: host ? `${url.protocol}//${host}` : url.origin,
		widget: /widget\/([^/]+)/.exec(url.pathname)?.[1] ?? '' };
}

function settle(element: WidgetElement): void
{
	const state = stateOf(element);
	const props = propsOf(element);

	if (state.mounting || !props.widget || !element.isConnected)
		return;
	const mounting = state.mounting = mount({
		...placeOf(props, state.origin), props, key: '', root: state.root,
		values: state.values, instance: element, stateOf,
		emit: (name, data) => element.dispatchEvent(
			Object.assign(new Event(name), { data })) });

	void mounting.then(async (mounted) => {
		if (state.mounting !== mounting)
			return mounted?.remove();
		state.mounted = mounted;
		/* The button stands; now the rest of the element. */
		await mounted?.load();
		if (mounted)
			state.isReady();
	}).catch(() => undefined);
}

function clear(element: object): void
{
	const state = stateOf(element);

	state.mounted?.remove();
	state.mounting = state.mounted = undefined;
}

function makeClass(origin: string): CustomElementConstructor
{
	return class Widget extends HTMLElement
	{
		static readonly observedAttributes =
			['open', ...TEXTS, ...MARKS].map((name) => name.toLowerCase());

		constructor()
		{
			super();
			let isReady: () => void;
			const ready = new Promise<any>((resolve) => {
				isReady = () => resolve(this);
			});

			states.set(this, { root: this.attachShadow({ mode: 'closed' }),
				origin, values: {}, ready, isReady: isReady! });
		}

		connectedCallback(): void
		{
			settle(this as never);
		}

		disconnectedCallback(): void
		{
			clear(this);
		}

		attributeChangedCallback(name: string, old: string | null,
			value: string | null): void
		{
			const { mounting, mounted } = stateOf(this);

			if (old === value || !mounting)
				return;
			if (name === 'open') {
				mounted?.toggle(isOn(value ?? ''));
			} else if (SOFT.test(name)) {
				mounted?.set(name, value);
			} else {
				clear(this);
				settle(this as never);
			}
		}
	};
}

export function defineElements(names: string[], origin: string): void
{
	for (const name of names)
		if (!customElements.get(name))
			customElements.define(name, makeClass(origin));
}
