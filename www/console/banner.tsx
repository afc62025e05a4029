/* banner.tsx: above the composer: who answers here, and how to take over */
/* SPDX-License-Identifier: MIT */
import { useStore } from '../shared/hooks';
import { fullTime, shortWhen } from '../shared/time';
import type { Conversation } from '../shared/types';
import { useDesk } from './desk';
import { Icon } from './icons';
import { holder, isOpen } from './inbox';
import { words } from './words';
import { claimHere } from './work';

/* For agents alone: what a call of the bot to others ran into. */
export function BotFailed({ conversation: c }: { conversation: Conversation })
{
	if (!c.bot || !isOpen(c))
		return null;
	return (
		<p class="bot-failed" data-testid="bot-failed"
			title={fullTime(c.bot.failed_at)}>
			<Icon name="warn" />
			<span>{words.botFailed(shortWhen(c.bot.failed_at))}{' '}
				<span dir="auto">{c.bot.failed_why}</span></span>
		</p>
	);
}

export function Banner({ conversation: c }: { conversation: Conversation })
{
	const desk = useDesk();
	const online = useStore(desk.online);
	/* By REST alone one does not learn who is online. */
	const link = useStore(desk.connection.state);
	const who = holder(c);

	useStore(desk.agents);
	if (!isOpen(c))
		return <p class="banner"><Icon name="check" />{words.closed}</p>;
	if (who === desk.myId)
		return null;
	if (who !== null)
		return <p class="banner"><Icon name="hand" />
			{online.has(who) || link === 'polling' ? words.heldBy(desk.agentName(who))
				: words.heldAway(desk.agentName(who))}</p>;
	return <BotBanner conversation={c} />;
}

function BotBanner({ conversation: c }: { conversation: Conversation })
{
	const desk = useDesk();

	return (
		<div class={`banner banner-bot${c.handoff ? ' banner-ask' : ''}`}
			data-testid="banner-bot">
			<Icon name={c.handoff ? 'hand' : 'bot'} />
			<p>
				<strong>{c.handoff ? words.botAsked : words.botAnswers}
				</strong>{' '}
				<span class="banner-hint">
					{words.botHint}
				</span>
			</p>
			<button type="button" class="button small"
				data-testid="take-over"
				onClick={() => void claimHere(desk, c.id)}>
				{words.takeOver}
			</button>
		</div>
	);
}
