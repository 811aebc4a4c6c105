import { createInterface } from 'node:readline/promises';

/** What somebody answers in the terminal; nothing when they end it. */
export async function ask(question: string): Promise<string> {
  const terminal = createInterface({ input: process.stdin, output: process.stdout });
  try {
    return await new Promise<string>((resolve) => {
      terminal.once('close', () => resolve(''));
      void terminal.question(question).then(
        (answer) => resolve(answer.trim()),
        () => resolve(''),
      );
    });
  } finally {
    terminal.close();
  }
}
