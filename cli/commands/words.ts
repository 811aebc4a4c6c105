import type { Command } from 'commander';

/** A command that hands words on: options of its own stand before the first of them, on either side of the environment. */
export const handingOn = (command: Command, words: string): Command => command.argument('[words...]', words).passThroughOptions();

/** What it hands on. Its own options among the words become options of the command. */
export function handedOn(command: Command, words: readonly string[]): string[] {
  const { operands, unknown } = command.parseOptions([...words]);
  return [...operands, ...unknown];
}
