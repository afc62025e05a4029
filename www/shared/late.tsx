/* late.tsx: a part of a message whose code is loaded when one is first shown.
 * When that fails it says so and can be asked for again. */
/* SPDX-License-Identifier: MIT */

import type { ComponentType, VNode } from 'preact';
import { useLayoutEffect, useState } from 'preact/hooks';

export interface LateProps {
	/* What stands there when it cannot be loaded. */
	failed(again: () => void): VNode;
	waiting?: VNode;
}

export function late<P extends object>(
	load: () => Promise<{ default: ComponentType<P> }>):
	ComponentType<P & LateProps>
{
	let Part: ComponentType<P> | undefined;

	return ({ failed, waiting, ...rest }: P & LateProps) => {
		const [state, setState] = useState(Part ? 'ready' : 'loading');

		useLayoutEffect(() => {
			let gone = false;

			if (state !== 'loading')
				return undefined;
			load().then((module) => {
				Part = module.default;
				return 'ready';
			}, () => 'failed').then((next) => gone || setState(next));
			return () => {
				gone = true;
			};
		}, [state]);
		if (state === 'failed')
			return failed(() => setState('loading'));
		return Part ? <Part {...rest as unknown as P} />
			: waiting ?? <span class="late" />;
	};
}
