/* badge.ts: how many messages are unread, on the button of a closed chat */
/* SPDX-License-Identifier: MIT */

import { wordsOf } from './host-words';
import { css } from './launcher';
import { setting } from './seat';
import type { Seat } from './seat';

function makeBadge(): HTMLSpanElement
{
	const span = document.createElement('span');

	span.setAttribute('aria-hidden', 'true');
	css(span, { position: 'absolute', top: '-5px', right: '-5px',
		minWidth: '20px', height: '20px', padding: '0 6px',
		boxSizing: 'border-box', borderRadius: '10px',
		background: '#c62a2a', color: '#fff', font: 'inherit',
		fontSize: '12px', fontWeight: '600', lineHeight: '20px',
		textAlign: 'center', display: 'none' });
	return span;
}

/* Gives back what sets the number; 0 takes the badge away. */
export function createBadge(seat: Seat): (count: number) => void
{
	const badge = makeBadge();
	const button = seat.launcher.element;

	button.append(badge);
	return (count) => {
		css(badge, { display: count > 0 ? 'block' : 'none' });
		badge.textContent = count > 99 ? '99+' : `${count}`;
		if (count > 0)
			button.setAttribute('aria-label',
				`${setting(seat, 'bubble_text', 'bubbleText')} ` +
				wordsOf(seat).launcher_unread
					.replace('{count}', `${count}`));
	};
}
