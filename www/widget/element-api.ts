/* element-api.ts: the properties and methods of <baraza-widget> */
/* SPDX-License-Identifier: MIT */

import { MARKS, TEXTS, placeOf, propsOf } from './element';
import type { ElementState, WidgetElement } from './element';
import { isOn } from './seat';

const DATA = ['messages', 'functions', 'contact', 'meta', 'notifications'];
/* Answered by the frame, or by element-methods.ts. */
const METHODS = ['restartConversation', 'initiateMessage', 'sendMessage',
	'maximize', 'minimize', 'render', 'registerFunctions',
	'unregisterFunctions', 'assignContact', 'postMessage'];

type StateOf = (element: object) => ElementState;
type Global = Record<string, any>;

const done = new WeakSet<object>();

/* get and set, by name. */
function property(proto: object, name: string, get: (self: any) => unknown,
	set?: (self: any, value: any) => void): void
{
	Object.defineProperty(proto, name, { configurable: true,
		get(this: unknown) { return get(this); },
		...(set && { set(this: unknown, value: unknown) {
			set(this, value);
		} }) });
}

function addAttributes(proto: object): void
{
	for (const name of TEXTS)
		if (!(name in proto))
			property(proto, name, (self: Element) =>
				self.getAttribute(name.toLowerCase()),
			(self: Element, value: unknown) => value == null
				? self.removeAttribute(name.toLowerCase())
				: self.setAttribute(name.toLowerCase(),
					`${value as string}`));
	for (const name of MARKS)
		property(proto, name, (self: Element) =>
			self.hasAttribute(name.toLowerCase()),
		(self: Element, value: unknown) =>
			self.toggleAttribute(name.toLowerCase(), !!value));
}

function addProperties(proto: object, stateOf: StateOf): void
{
	for (const name of DATA)
		property(proto, name, (self) => stateOf(self).values[name] ?? null,
			(self, value) => {
				stateOf(self).values[name] = value;
				stateOf(self).mounted?.set(name, value);
			});
	property(proto, 'open', (self) => stateOf(self).mounted?.open ??
		isOn(self.getAttribute('open') ?? ''), (self, value) => {
		/* What the visitor did since is not in the attribute. */
		self.setAttribute('open', `${!!value}`);
		stateOf(self).mounted?.toggle(!!value);
	});
	property(proto, 'cache', (self) => self.getAttribute('cache') !== 'false',
		(self, value) => self.setAttribute('cache', `${!!value}`));
	property(proto, 'ready', (self) => !!stateOf(self).mounted);
	property(proto, 'readyPromise', (self) => stateOf(self).ready);
	property(proto, 'url', (self) => {
		const { origin, widget } = placeOf(propsOf(self),
			stateOf(self).origin);

		return `${origin}/integrations/widget/${widget}/frame`;
	});
}

function addMethods(proto: Global, stateOf: StateOf): void
{
	for (const name of METHODS)
		proto[name] = function (this: object, ...args: unknown[]) {
			const state = stateOf(this);
			const result = state.ready.then(() =>
				state.mounted?.call(name, args, true));

			/* postMessage of others gives back such a thing. */
			return Object.assign(result, { await: () => result,
				close: () => undefined });
		};
	for (const name of ['show', 'hide'])
		proto[name] = function (this: object) {
			stateOf(this).mounted?.show(name === 'show');
		};
}

/* What a page set before there was a property of that name, and the attributes
 * that are JSON. */
function adopt(element: Global): void
{
	for (const name of ['messages', 'notifications', 'meta']) {
		const text = element.getAttribute(name) as string | null;

		try {
			if (text)
				element[name] = JSON.parse(text) as unknown;
		} catch {
			console.warn(`baraza: ${name} is no JSON`);
		}
	}
	for (const name of [...DATA, ...TEXTS, ...MARKS, 'open', 'cache'])
		if (Object.prototype.hasOwnProperty.call(element, name)) {
			const value = element[name] as unknown;

			delete element[name];
			element[name] = value;
		}
}

/* Says so to the page, once; functions and listeners of both names. */
function announce(element: WidgetElement): void
{
	const page = window as unknown as Global;
	const data = { instance: element };

	for (const name of ['barazaWidget', 'chatbotkitWidget']) {
		page[name] ??= {};
		page[name].instance = element;
		page[name].resolve?.(element);
		page[`${name}Init`]?.(data);
		dispatchEvent(Object.assign(new Event(`${name}Init`), { data }));
	}
	element.dispatchEvent(new Event('ready'));
}

/* element: of a class of element.ts. */
export function equip(element: WidgetElement, stateOf: StateOf): void
{
	const proto = Object.getPrototypeOf(element) as object;

	if (!done.has(proto)) {
		done.add(proto);
		addAttributes(proto);
		addProperties(proto, stateOf);
		addMethods(proto, stateOf);
	}
	if (done.has(element))
		return;
	done.add(element);
	adopt(element);
	void stateOf(element).ready.then(announce);
}
