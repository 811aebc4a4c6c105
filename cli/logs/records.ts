/** Which lines have to do with a request. */

/** How a record begins: with a date, as Django's `asctime` and Postgres write it, with `[`, as Gunicorn does, or as JSON. */
const BEGINS = /^(?:\d{4}-\d\d-\d\d|[[{])/;

/**
 * Tells of each line of a container whether it belongs to a record that names the request: lines that begin no record, such as those of a
 * traceback, belong to the one before.
 */
export function ofRequest(id: string): (text: string) => boolean {
  let within = false;
  return (text) => {
    within = text.includes(id) || (within && !BEGINS.test(text));
    return within;
  };
}
