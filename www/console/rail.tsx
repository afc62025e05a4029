/* rail.tsx: the left rail: where one can go, who one is, whether it is live */
/* SPDX-License-Identifier: MIT */
import { useStore } from '../shared/hooks';
import { cleanName } from '../shared/text';
import { Avatar } from './avatar';
import { useDesk } from './desk';
import { Icon } from './icons';
import { go } from './navigate';
import { words } from './words';
import { logOut } from './work';

export function Rail()
{
	return (
		<header class="rail">
			<p class="brand" translate={false}>
				<span class="brand-mark" aria-hidden="true">B</span>
				<span class="wide">{words.product}</span>
			</p>
			<nav class="rail-nav" aria-label={words.product}>
				<InboxLink />
			</nav>
			<RailFoot />
		</header>
	);
}

function InboxLink()
{
	const desk = useDesk();

	return (
		<a class="rail-link" href="/console/" aria-current="page"
			onClick={(event) => {
				event.preventDefault();
				go(desk, { open: null, q: '', filter: 'unassigned' });
			}}>
			<Icon name="inbox" />
			<span class="wide">{words.inbox}</span>
		</a>
	);
}

function RailFoot()
{
	const desk = useDesk();
	const link = useStore(desk.connection.state);
	const { user, workspace } = desk.me;
	const name = cleanName(user.display_name) || user.email;
	const live = link === 'online' || link === 'blip';

	return (
		<div class="rail-foot">
			<span class="me-avatar"
				title={link === 'polling' ? words.polling
					: live ? words.online : words.connecting}>
				<Avatar name={name} seed={user.id} />
				<span class={live ? 'dot dot-live' : 'dot dot-wait'} />
			</span>
			<span class="me wide">
				<span class="me-name"><bdi>{name}</bdi></span>
				<span class="me-place">
					<bdi>{cleanName(workspace.name)}</bdi>
				</span>
			</span>
			<span class="me-state" role="status">
				{live ? <span class="visually-hidden">{words.online}
				</span> : link === 'polling' ? words.notLive
					: words.connecting}
			</span>
			<span class="rail-tools">
				<button type="button" class="icon-button keys-button"
					aria-label={words.keys} title={`${words.keys} (?)`}
					onClick={() => desk.dialog.set('keys')}>
					<Icon name="keys" />
				</button>
				<button type="button" class="icon-button"
					data-testid="logout" aria-label={words.logOut}
					title={words.logOut}
					onClick={() => void logOut(desk)}>
					<Icon name="logout" />
				</button>
			</span>
		</div>
	);
}
