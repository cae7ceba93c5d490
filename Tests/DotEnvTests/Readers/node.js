// Reads .env files with node dotenv: see LiveReader.swift for the form of input and output.
const dotenv = require('dotenv')
if (parseInt(require('dotenv/package.json').version) < 17) process.exit(1)

const lines = require('fs').readFileSync(0, 'latin1').split('\n').slice(0, -1)
for (const line of lines) {
  const values = dotenv.parse(Buffer.from(line, 'hex'))
  const parts = Object.entries(values).map(([key, value]) =>
    Buffer.from(key).toString('hex') + '=' + Buffer.from(value).toString('hex'))
  console.log(parts.join(' '))
}
