/* avatar.tsx: initials on one of a few calm grounds, the same for a name */
/* SPDX-License-Identifier: MIT */
import { initials } from '../shared/text';
import { Icon } from './icons';

const GROUNDS = 5;

function groundOf(seed: string): number
{
	let sum = 0;

	for (const c of seed)
		sum = (sum * 31 + c.codePointAt(0)!) % 9973;
	return sum % GROUNDS;
}

export interface AvatarProps {
	name: string;
	seed: string;
	size?: 'small' | 'large';
	bot?: boolean;
}

/* Decoration: the name stands beside it as text. */
export function Avatar({ name, seed, size, bot }: AvatarProps)
{
	return (
		<span class={`avatar avatar-${bot ? 'bot' : groundOf(seed)}` +
			(size ? ` avatar-${size}` : '')} aria-hidden="true">
			{bot ? <Icon name="bot" /> : initials(name) || '?'}
		</span>
	);
}
