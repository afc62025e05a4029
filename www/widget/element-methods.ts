/* element-methods.ts: what the element can do by itself, without the frame */
/* SPDX-License-Identifier: MIT */

type Method = (element: any, ...args: any[]) => unknown;

/* {type: 'setContact', props: {value}}, as the frames of others are told. */
function post(element: any, { type, props = {} }:
	{ type: string; props?: Record<string, unknown> }): unknown
{
	const [, verb, rest = ''] = /^(set|get|)(.*)$/.exec(type)!;
	const name = verb ? rest.charAt(0).toLowerCase() + rest.slice(1) : type;

	if (verb === 'get')
		return element[name];
	if (verb && name === 'maximize')
		return element[props.value ? 'maximize' : 'minimize']();
	if (verb)
		return element[name] = props.value;
	return element[name]?.(props);
}

export const elementMethods: Readonly<Record<string, Method>> = {
	registerFunctions: (element, map: object) => {
		element.functions = { ...element.functions, ...map };
	},
	unregisterFunctions: (element, names: string[]) => {
		element.functions = Object.fromEntries(Object.entries(
			element.functions ?? {}).filter(([name]) =>
			!names.includes(name)));
	},
	assignContact: (element, contact: unknown) => {
		element.contact = contact;
	},
	postMessage: post,
};
