// lambda-start.cjs <file>: loads a function as Lambda's runtime does, and says how long after the start of the process it was ready.
const { handler } = require(process.argv[2]);
const ready = performance.now();
if (typeof handler !== 'function') throw new Error('There is no handler.');
process.stdout.write(String(ready), () => process.exit());
