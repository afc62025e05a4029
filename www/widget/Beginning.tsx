/* Beginning.tsx: what stands before the first message: the introduction, the
 * greeting, and what one may ask */

import { Markup } from '../shared/Markup';
import { useStore } from '../shared/hooks';
import { cleanName } from '../shared/text';
import { BotAvatar } from './BotAvatar';
import { useWidget } from './here';
import { useSettings, useWords } from './words';

/* Bubbles of the bot that are no part of the conversation. */
export function Intro()
{
	const { t } = useWords();
	const { intro, bot_name: name } = useSettings();
	const lines = intro.split('\n').map((line) => line.trim())
		.filter(Boolean);

	if (lines.length === 0)
		return null;
	return (
		<div class="intro" role="group" aria-label={t('intro')}
			data-testid="intro">
			{lines.map((line, i) => (
				<div key={i} class={'message other' +
					(i === 0 ? ' group-first' : '') +
					(i === lines.length - 1 ? ' group-last' : '')}>
					<span class="avatar" aria-hidden="true">
						{i === lines.length - 1 && <BotAvatar />}
					</span>
					<div class="body">
						{i === 0 && <span class="author" dir="auto">
							{cleanName(name) || t('bot')}</span>}
						<div class="bubble" dir="auto">
							<Markup text={line} />
						</div>
					</div>
				</div>
			))}
		</div>
	);
}

/* Nothing has been said yet: the greeting of the site, or ours. */
export function Greeting()
{
	const { t } = useWords();
	const { greeting } = useSettings();

	return (
		<div class="empty" data-testid="greeting">
			<span class="avatar avatar-huge" aria-hidden="true">
				<BotAvatar size={28} />
			</span>
			{greeting ? <p class="greeting" dir="auto">{greeting}</p> : <>
				<h2>{t('empty_title')}</h2>
				<p>{t('empty_text')}</p>
			</>}
		</div>
	);
}

/* Until the visitor has said something. */
export function Starters({ onChosen }: { onChosen(): void })
{
	const { t } = useWords();
	const { chat } = useWidget();
	const { starters } = useSettings();
	const phase = useStore(chat.phase);
	const waits = useStore(chat.outbox.entries).length > 0;
	const said = useStore(chat.messages).some((message) =>
		message.sender_type === 'end_user');

	if (said || waits || phase !== 'ready' || starters.length === 0)
		return null;
	return (
		<div class="starters" role="group" aria-label={t('starters')}
			data-testid="starters">
			{starters.map((text) => (
				<button type="button" class="starter" key={text}
					dir="auto" data-testid="starter"
					onClick={() => {
						chat.send({ content: text,
							content_type: 'text' });
						onChosen();
					}}>{text}</button>
			))}
		</div>
	);
}
