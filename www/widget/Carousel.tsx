/* Carousel.tsx: cards to swipe or to step through; it never moves by itself */

import { useRef, useState } from 'preact/hooks';
import { safeUrl } from '../shared/text';
import type { Card, Choice } from '../shared/types';
import { CheckIcon, NextIcon, PreviousIcon } from './icons';
import { useWords } from './words';

/* The track's gap in media.css. */
const GAP_PX = 8;

interface CarouselProps {
	cards: Card[];
	used: string | undefined;
	onChoose(choice: Choice): void;
}

/* A card without its picture is still a card. */
function hide(event: Event): void
{
	(event.currentTarget as HTMLElement).hidden = true;
}

function CardView({ card, used, onChoose }:
	{ card: Card } & Omit<CarouselProps, 'cards'>)
{
	const image = safeUrl(card.image_url);

	return (
		<div class="card" role="listitem">
			{image !== null &&
				<img src={image} alt="" loading="lazy" onError={hide} />}
			<div class="card-text" dir="auto">
				<p class="card-title">{card.title}</p>
				{card.subtitle &&
					<p class="card-more">{card.subtitle}</p>}
			</div>
			{card.buttons?.map((choice) => (
				<button type="button" class={used === choice.value
					? 'card-button chosen' : 'card-button'}
					data-testid="card-button"
					disabled={used !== undefined}
					onClick={() => onChoose(choice)}>
					{used === choice.value && <CheckIcon size={14} />}
					<span dir="auto">{choice.label}</span>
				</button>
			))}
		</div>
	);
}

type Place = 'start' | 'middle' | 'end';

function Arrows({ at, step }: { at: Place; step(way: number): void })
{
	const { t } = useWords();

	return (
		<div class="arrows">
			<button type="button" class="arrow"
				aria-label={t('previous')} disabled={at === 'start'}
				onClick={() => step(-1)}>
				<PreviousIcon size={18} />
			</button>
			<button type="button" class="arrow"
				aria-label={t('next')} disabled={at === 'end'}
				onClick={() => step(1)}>
				<NextIcon size={18} />
			</button>
		</div>
	);
}

export function Carousel({ cards, used, onChoose }: CarouselProps)
{
	const { t } = useWords();
	const track = useRef<HTMLDivElement>(null);
	const [at, setAt] = useState<Place>('start');
	const step = (way: number) => {
		const box = track.current!;
		const card = box.firstElementChild as HTMLElement;

		box.scrollBy({ left: way * (card.offsetWidth + GAP_PX),
			behavior: 'smooth' });
	};
	const onScroll = () => {
		const { scrollLeft, scrollWidth, clientWidth } = track.current!;
		const from = Math.abs(scrollLeft);

		setAt(from < 4 ? 'start'
			: from > scrollWidth - clientWidth - 4 ? 'end' : 'middle');
	};

	return (
		<div class="carousel">
			<div class="track" ref={track} role="list" tabIndex={0}
				aria-label={t('cards')} onScroll={onScroll}>
				{cards.map((card) => <CardView card={card} used={used}
					onChoose={onChoose} />)}
			</div>
			{cards.length > 1 && <Arrows at={at} step={step} />}
		</div>
	);
}
