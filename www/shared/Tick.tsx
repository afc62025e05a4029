/* Tick.tsx: what has become of one's own message. All four take the same room,
 * and what one sees is said in words as well. */
/* SPDX-License-Identifier: MIT */

import type { Tick as Kind } from './receipts';

const TWO = 'M1.4 6.6l3.1 3.1 6.9-7.3M8.9 8.9l.8.8 6.9-7.3';

const PATHS: Record<Kind, string> = {
	sending: 'M16.2 6A4.4 4.4 0 1 1 7.4 6a4.4 4.4 0 0 1 8.8 0zM11.8 3.6V6l1.6 1',
	sent: 'M6.6 6.6l3.1 3.1 6.9-7.3',
	delivered: TWO,
	read: TWO,
};

export function Tick({ kind, label }: { kind: Kind; label: string })
{
	return (
		<span class={`tick tick-${kind}`} role="img" aria-label={label}
			title={label} data-testid="tick" data-tick={kind}>
			<svg viewBox="0 0 18 12" width="18" height="12" fill="none"
				stroke="currentColor" stroke-width="1.5"
				stroke-linecap="round" stroke-linejoin="round"
				aria-hidden="true" focusable="false">
				<path d={PATHS[kind]} />
			</svg>
		</span>
	);
}
