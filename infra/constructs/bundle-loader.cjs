// Beside every bundle as its index.cjs: loads it with the compile cache that was made with it, where there is one for this Node.js.
const { readFileSync } = require('node:fs');
const { Script } = require('node:vm');

const filename = `${__dirname}/bundle.cjs`;
let cachedData;
try {
  cachedData = readFileSync(`${__dirname}/bundle-${process.version}-${process.arch}.cache`);
} catch {
  // Made elsewhere. One that V8 does not take, it passes over by itself.
}
const script = new Script(`(function(exports,require,module,__filename){${readFileSync(filename, 'utf8')}\n})`, {
  filename,
  cachedData,
});
const bundle = { exports: {} };
script.runInThisContext()(bundle.exports, require, bundle, filename);

exports.handler = bundle.exports.handler;
exports.script = script;
