/* Carousel.tsx: cards to swipe or to step through; it never moves by itself.
 * Where carousels are switched off the cards stand one below the other. */

import { useRef, useState } from 'preact/hooks';
import { valueOf } from '../shared/choice';
import { shownUrl } from '../shared/media';
import type { Card, Choice } from '../shared/types';
import { CheckIcon, NextIcon, PreviousIcon } from './icons';
import { useWords } from './words';

/* The track's gap in media.css. */
const GAP_PX = 8;

interface CarouselProps {
	cards: Card[];
	used: string | undefined;
	/* The option: side by side. */
	swipes: boolean;
	onChoose(choice: Choice): void;
}

/* A card without its picture is still a card. */
function hide(event: Event): void
{
	(event.currentTarget as HTMLElement).hidden = true;
}

function CardView({ card, used, onChoose }:
	{ card: Card } & Omit<CarouselProps, 'cards' | 'swipes'>)
{
	const image = shownUrl(card.image_url);

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
				<button type="button" class={used === valueOf(choice)
					? 'card-button chosen' : 'card-button'}
					data-testid="card-button"
					disabled={used !== undefined}
					onClick={() => onChoose(choice)}>
					{used === valueOf(choice) && <CheckIcon size={14} />}
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

function Track({ cards, used, onChoose }: Omit<CarouselProps, 'swipes'>)
{
	const { t } = useWords();
	const track = useRef<HTMLDivElement>(null);
	const [at, setAt] = useState<Place>('start');
	const step = (way: number) => {
		const box = track.current!;
		const card = box.firstElementChild as HTMLElement;

		const calm = matchMedia('(prefers-reduced-motion: reduce)').matches;
		const towards = getComputedStyle(box).direction === 'rtl' ? -way : way;

		box.scrollBy({ left: towards * (card.offsetWidth + GAP_PX),
			behavior: calm ? 'instant' : 'smooth' });
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

export default function Carousel({ swipes, ...props }: CarouselProps)
{
	const { t } = useWords();

	if (swipes)
		return <Track {...props} />;
	return (
		<div class="carousel stacked" role="list" aria-label={t('cards')}>
			{props.cards.map((card) => <CardView {...props} card={card} />)}
		</div>
	);
}
