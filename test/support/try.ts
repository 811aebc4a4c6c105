console.time('m');
import { DRAWN, ROWS } from './matrix';
console.timeEnd('m');
console.log(DRAWN.length, ROWS.length);
console.log(JSON.stringify(ROWS[3]?.file, null, 1).slice(0, 3000));
