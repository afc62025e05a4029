/* Header.tsx: who one talks to, how things stand, and the way out */

import { useLate, useOverdue, useStore } from '../shared/hooks';
import { cleanName, initials } from '../shared/text';
import type { Chat } from './chat';
import { BotAvatar } from './BotAvatar';
import { CloseIcon } from './icons';
import { Menu } from './Menu';
import { useWidget } from './here';
import { useSettings, useWords } from './words';

/* After this long without an answer, the line says that one will come. */
const SOON_MS = 30000;

/* Whether the visitor's last message has waited for SOON_MS. */
function useWaiting(chat: Chat): boolean
{
	const last = useStore(chat.messages).at(-1);

	return useOverdue(last?.sender_type === 'end_user'
		? Date.parse(last.created_at) : null, SOON_MS);
}

function useStatus(chat: Chat): { text: string; kind: string }
{
	const { t } = useWords();
	const link = useStore(chat.connection.state);
	const agent = useStore(chat.agent);
	const waiting = useWaiting(chat);
	const late = useLate(useStore(chat.outbox.entries)
		.find((entry) => entry.state === 'waiting'));

	if (link === 'connecting')
		return { text: t('status_connecting'), kind: 'connecting' };
	if (late)
		return { text: t('status_trying'), kind: 'trying' };
	if (waiting)
		return { text: t('status_soon'), kind: 'soon' };
	if (agent)
		return { text: t('status_agent',
			{ name: cleanName(agent.display_name) }), kind: 'online' };
	return { text: t('status_online'), kind: 'online' };
}

export function Header({ title }: { title: string })
{
	const { t } = useWords();
	const { chat, frame } = useWidget();
	const { hosted } = useStore(frame.state);
	const agent = useStore(chat.agent);
	const status = useStatus(chat);
	const refused = useStore(chat.phase) === 'refused';
	const { hide_bar: hidden, layout } = useSettings();

	if (hidden && !refused)
		return <h1 id="title" class="visually-hidden">{title}</h1>;

	return (
		<header class="header">
			<span class="avatar avatar-large" aria-hidden="true">
				{agent ? initials(agent.display_name)
					: <BotAvatar size={20} slot="bar" />}
			</span>
			<div class="header-text">
				<h1 id="title"><bdi>{title}</bdi></h1>
				{!refused && <p class="status" role="status"
					data-testid="status" data-status={status.kind}>
					<span class="status-dot" aria-hidden="true" />
					<span class="status-text">{status.text}</span>
				</p>}
			</div>
			{!refused && <Menu />}
			{hosted && layout !== 'inline' &&
				<button type="button" class="icon-button"
					data-testid="close" aria-label={t('close')}
					onClick={() => frame.close()}>
					<CloseIcon />
				</button>}
		</header>
	);
}
