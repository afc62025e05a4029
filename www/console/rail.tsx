/* rail.tsx: the left rail: where one can go, who one is, whether it is live */
/* SPDX-License-Identifier: MIT */
import { useStore } from '../shared/hooks';
import { cleanName } from '../shared/text';
import { Avatar } from './avatar';
import { useDesk } from './desk';
import { companyWords } from './company-words';
import { Icon, type IconName } from './icons';
import { go, HOME } from './navigate';
import { type Route, routeHref } from './route';
import { webChatWords } from './web-chat/words';
import { words } from './words';
import { logOut } from './work';

const WIDGETS: Route = { ...HOME, page: 'widgets' };
const COMPANY: Route = { ...HOME, page: 'keys' };

export function Rail()
{
	const desk = useDesk();

	return (
		<header class="rail">
			<p class="brand" translate={false}>
				<span class="brand-mark" aria-hidden="true">B</span>
				<span class="wide">{words.product}</span>
			</p>
			<nav class={desk.isAdmin ? 'rail-nav' : 'rail-nav for-wide'}
				aria-label={words.product}>
				<PageLink to={HOME} icon="inbox" label={words.inbox} />
				{desk.isAdmin && <PageLink to={WIDGETS} icon="plug"
					label={webChatWords.integrations} />}
				{desk.isAdmin && <PageLink to={COMPANY} icon="company"
					label={companyWords.company} />}
			</nav>
			<RailFoot />
		</header>
	);
}

function PageLink({ to, icon, label }:
	{ to: Route; icon: IconName; label: string })
{
	const desk = useDesk();
	const { page } = useStore(desk.route);
	const here = page === to.page;

	return (
		<a class="rail-link" href={routeHref(to)} title={label}
			aria-current={here ? 'page' : undefined}
			data-testid={`to-${to.page}`}
			onClick={(event) => {
				event.preventDefault();
				go(desk, to);
			}}>
			<Icon name={icon} />
			<span class="wide">{label}</span>
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
