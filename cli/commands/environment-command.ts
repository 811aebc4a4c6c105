import { Command } from 'commander';

/** A command of one environment: `npm run <name> <environment>`. */
export const environmentCommand = (name: string, description: string): Command =>
  new Command(name).argument('[environment]', 'name of a file in environments/, without .yaml').description(description);
