// compile-cache.cjs <folder of a bundle>: starts it, and keeps what V8 has compiled by then.
const { writeFileSync } = require('node:fs');
const { join } = require('node:path');

const [, , folder] = process.argv;
const { script } = require(join(folder, 'index.cjs'));
writeFileSync(join(folder, `bundle-${process.version}-${process.arch}.cache`), script.createCachedData());
process.exit();
