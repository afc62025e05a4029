/* RichText.tsx: a message's text with its links, as nodes */

import { linkify } from './text';

export function RichText({ text }: { text: string })
{
	return (
		<>
			{linkify(text).map((part) => part.href === undefined
				? part.text
				: <a href={part.href} target="_blank"
					rel="noopener noreferrer nofollow ugc">
					{part.text}
				</a>)}
		</>
	);
}
