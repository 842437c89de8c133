// Holds the guides to the code: a block of code in docs/*.md that follows a line which ends with a link to a file and a colon is that file,
// word for word. Prints every difference and exits 1 when there is one.
import { readFileSync, readdirSync } from 'node:fs'
import { join } from 'node:path'

const docs = new URL('../docs/', import.meta.url).pathname
const faults = []
let quotes = 0
for (const name of readdirSync(docs).filter((file) => file.endsWith('.md'))) {
  const text = readFileSync(join(docs, name), 'utf8')
  for (const [, path, block] of text.matchAll(/\]\((\.\.\/[^)]+)\):\n\n```\w+\n([\s\S]*?)```\n/g)) {
    quotes += 1
    if (readFileSync(join(docs, path), 'utf8') !== block) faults.push(`docs/${name}: the quotation of ${path} differs from the file`)
  }
}
if (quotes === 0) faults.push('no quotation was found: has the form of the guides changed?')
if (faults.length) {
  console.error(faults.join('\n'))
  process.exit(1)
}
console.log(`quotes: ${quotes} of files, word for word`)
