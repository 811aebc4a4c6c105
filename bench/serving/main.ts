/**
 * `npm run bench:serving`: the original's front and application server against the emitted ones. To develop by: `-- --quick`, and
 * names of pages, which write nothing.
 */
import { report } from '../report';
import { staticFiles } from './files';
import { measure, type Measurement } from './measure';
import { PAGE_NAMES, PAGES, type PageName } from './pages';
import { Results } from './report/results';
import { section } from './report/section';
import { startSides, type Running, type SideName } from './sides';
import { busy } from './usage';
import { versions } from './versions';

const TITLE = 'Serving';
const QUICKLY = '--quick';
/** Seconds. */
const LOOK = 3;

interface Plan {
  readonly rounds: number;
  /** Of each measurement. */
  readonly seconds: number;
}

/** Machines change their speed from minute to minute, for all sides alike: what is compared has to be close together. */
const WHOLE: Plan = { rounds: 9, seconds: 1 };
const QUICK: Plan = { rounds: 1, seconds: 2 };

function say({ page, side, rate, p50, p99, errors, cpu }: Measurement): void {
  const times = Object.values(cpu).map((value: number) => value.toFixed(2));
  console.error(
    `${page} ${side}: ${rate.toFixed(0)}/s, ${p50.toFixed(1)} and ${p99.toFixed(1)} ms, ${errors} errors, CPU ${times.join(' + ')} ms`,
  );
}

function chosen(names: readonly string[]): PageName[] {
  const unknown = names.filter((name) => !(name in PAGES));
  if (unknown.length > 0) throw new Error(`no page is called ${unknown.join(', ')}; there are: ${PAGE_NAMES.join(', ')}`);
  return PAGE_NAMES.filter((name) => names.length === 0 || names.includes(name));
}

/** The first is for warmth, and counts for nothing. Every other one has the sides the other way round. */
async function rounds(running: Running, pages: readonly PageName[], { rounds: count, seconds }: Plan): Promise<Measurement[]> {
  const all: Measurement[] = [];
  for (let round = 0; round <= count; round += 1) {
    for (const page of pages) {
      const sides: SideName[] = [...PAGES[page].sides];
      for (const side of round % 2 === 0 ? sides : sides.reverse()) {
        const measured = await measure(running, page, side, round, seconds);
        if (round === 0) continue;
        say(measured);
        all.push(measured);
      }
    }
  }
  return all;
}

async function main(): Promise<void> {
  const [, , ...given] = process.argv;
  const plan = given.includes(QUICKLY) ? QUICK : WHOLE;
  const pages = chosen(given.filter((one) => one !== QUICKLY));
  const others = await busy(LOOK);
  console.error(`other programs use ${others.toFixed(0)} % of this machine`);
  const running = await startSides(staticFiles());
  const results = new Results(await rounds(running, pages, plan));
  if (pages.length < PAGE_NAMES.length) return;
  const { lines, database } = running;
  const body = section(results, { lines, versions: versions(database.version), ...plan, others });
  if (plan === QUICK) console.log(body);
  else report(TITLE, body);
}

main().then(
  () => process.exit(),
  (error: unknown) => {
    console.error(error);
    process.exit(1);
  },
);
