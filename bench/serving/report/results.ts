/** Questions to the measurements. */
import type { Measurement } from '../measure';
import type { PageName } from '../pages';
import type { SideName } from '../sides';

/** A page of a side. */
export type Series = readonly [page: PageName, side: SideName];

export class Results {
  public constructor(private readonly all: readonly Measurement[]) {}

  /** One for each round. */
  public of([page, side]: Series): Measurement[] {
    return this.all.filter((one) => one.page === page && one.side === side);
  }

  /** How many times as many requests per second, round by round. */
  public ratios(better: Series, base: Series): number[] {
    const bases = this.of(base);
    return this.of(better).flatMap(({ rate, round }) => bases.filter((one) => one.round === round).map((one) => rate / one.rate));
  }

  /** How many times as much CPU of all tiers for one request, round by round. */
  public savings(better: Series, base: Series): number[] {
    const bases = this.of(base);
    return this.of(better).flatMap((one) => bases.filter(({ round }) => round === one.round).map((other) => total(other) / total(one)));
  }

  public errors(): number {
    return this.all.reduce((sum, { errors }) => sum + errors, 0);
  }

  /** The most memory of a tier that a side was seen with. MiB. */
  public memory(name: SideName, tier: keyof Measurement['memory']): number {
    return Math.max(...this.all.filter(({ side }) => side === name).map(({ memory }) => memory[tier]));
  }
}

const total = ({ cpu: { nginx, gunicorn, postgres } }: Measurement) => nginx + gunicorn + postgres;
