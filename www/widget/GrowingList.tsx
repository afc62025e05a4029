/* GrowingList.tsx: what the bot is writing just now. Outside of the log, which
 * reads the whole message out when it is there; till then the status line says
 * that somebody writes. */

import { useStore } from '../shared/hooks';
import type { MessageRow } from '../shared/rows';
import type { Message } from '../shared/types';
import { MessageItem } from './MessageItem';
import type { Chat } from './chat';

export function GrowingList({ chat, rows, author }: {
	chat: Chat; rows: readonly MessageRow[];
	author(message: Message): string;
})
{
	const texts = useStore(chat.growing.texts);

	return (
		<div aria-hidden="true">
			{rows.map((row) => <MessageItem key={row.key} chat={chat}
				row={{ ...row, message: { ...row.message,
					content: texts.get(row.message.id) ?? '' } }}
				name={author(row.message)} used={undefined} tick={null}
				onChosen={() => undefined} />)}
		</div>
	);
}
