/* TypingDots.tsx: somebody is writing. Outside of the log, or it would be read
 * again with every message. */

import { cleanName, initials } from '../shared/text';
import type { Message, TypingEvent } from '../shared/types';
import { BotAvatar } from './BotAvatar';
import { useWords } from './words';

/* grows: what is written is to be seen, so that only hearers want to know. */
export function TypingDots({ who, grows, author }: {
	who: TypingEvent | null; grows: boolean;
	author(message: Message): string;
})
{
	const { t } = useWords();
	const name = who === null ? '' : cleanName(who.sender_name) ||
		author({ sender_type: who.sender_type } as Message);

	/* The status region stays, so that its text is noticed. */
	return (
		<div role="status">
			{who !== null && grows && <span class="visually-hidden">
				{t('typing', { name })}
			</span>}
			{who !== null && !grows && <div class="typing"
				data-testid="typing">
				<span class="avatar" aria-hidden="true">
					{who.sender_type === 'bot'
						? <BotAvatar /> : initials(name)}
				</span>
				<div>
					<span class="author">
						{t('typing', { name })}
					</span>
					<span class="bubble dots" aria-hidden="true">
						<i /><i /><i />
					</span>
				</div>
			</div>}
		</div>
	);
}
