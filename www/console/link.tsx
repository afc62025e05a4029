/* link.tsx: a line that says that nothing comes live */
/* SPDX-License-Identifier: MIT */
import { useStore } from '../shared/hooks';
import { useDesk } from './desk';
import { Icon } from './icons';
import { words } from './words';

/* The region stands in the page before anything is said in it. */
export function LinkNote()
{
	const polling = useStore(useDesk().connection.state) === 'polling';

	return (
		<p class="link-note" role="status" data-testid="link-note">
			{polling && <><Icon name="refresh" />{words.polling}</>}
		</p>
	);
}

/* Over an open thread, for screens that show neither rail nor list then. */
export function NarrowLinkNote()
{
	const link = useStore(useDesk().connection.state);

	return (
		<p class="link-note narrow-note" role="status"
			data-testid="narrow-link-note">
			{link === 'polling' && <>
				<Icon name="refresh" />{words.polling}
			</>}
			{link === 'connecting' && words.connecting}
		</p>
	);
}
