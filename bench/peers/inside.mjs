// A worker for peers of Node: the same requests and answers as inside.py.
import { createRequire } from 'node:module'
import { createInterface } from 'node:readline'
import { readFileSync } from 'node:fs'
import { Writable } from 'node:stream'

const require = createRequire(process.cwd() + '/')
const [name, mode] = process.argv.slice(2)
const MARKER = '[redacted]'
const keys = JSON.parse(process.env.PEERS_KEYS)
// A key at the top, and one and two levels down: what these libraries can say.
const paths = keys.flatMap((key) => ['', '*.', '*.*.'].map((above) => `${above}["${key}"]`))
  .map((path) => path.replace('.[', '['))

function onRecords (call) {
  const line = (text) => {
    let record
    try { record = JSON.parse(text) } catch { return text }
    return record === null || typeof record !== 'object' ? text : call(record)
  }
  return { prepare: JSON.parse, call, line }
}

const adapters = {
  'node-regexp' () {
    // (?i:...) is not in this V8: each pattern has its own flags.
    // One after the other: the pattern of cards, the first one, would cut tokens.
    const [cards, ...others] = JSON.parse(process.env.PEERS_PATTERNS)
    const patterns = [...others, cards].map((pattern) =>
      new RegExp(pattern.replace('(?i:', '(?:'), pattern.startsWith('(?i:') ? 'gi' : 'g'))
    const call = (text) => {
      for (const pattern of patterns) text = text.replace(pattern, MARKER)
      return text
    }
    return { prepare: (text) => text, call, line: call }
  },
  'fast-redact' () {
    return onRecords(require('fast-redact')({ paths, censor: MARKER }))
  },
  pino () {
    let last = ''
    const stream = new Writable({
      decodeStrings: false,
      write (chunk, _, done) { last = chunk; done() }
    })
    const logger = require('pino')(
      { redact: { paths, censor: MARKER }, base: null, timestamp: false }, stream)
    return onRecords((record) => { logger.info(record); return last.trimEnd() })
  }
}

const adapter = adapters[name]()
const lines = createInterface({ input: process.stdin, crlfDelay: Infinity })

function times (texts, calls) {
  const items = texts.map(adapter.prepare)
  const kept = new Array(calls)
  for (let place = 0; place < calls; place++) {
    const item = items[place % items.length]
    const before = process.hrtime.bigint()
    adapter.call(item)
    kept[place] = Number(process.hrtime.bigint() - before)
  }
  return kept
}

function peak () {
  const found = /VmHWM:\s*(\d+)/.exec(readFileSync('/proc/self/status', 'latin1'))
  return found ? Number(found[1]) : 0
}

if (mode === '--filter') {
  let held = []
  for await (const line of lines) {
    held.push(adapter.line(line))
    if (held.length === 512) {
      if (!process.stdout.write(held.join('\n') + '\n')) {
        await new Promise((resolve) => process.stdout.once('drain', resolve))
      }
      held = []
    }
  }
  if (held.length) process.stdout.write(held.join('\n') + '\n')
} else {
  adapter.call(adapter.prepare('{"level": "INFO", "message": "ready"}'))
  process.stdout.write('{}\n')
  const texts = {}
  for await (const line of lines) {
    const request = JSON.parse(line)
    const answer = {}
    if (request.texts) texts[request.as] = request.texts
    else if (request.time) answer.ns = times(texts[request.time], request.calls)
    else if (request.memory) answer.kib = peak()
    else if (request.lines) answer.lines = request.lines.map((text) => adapter.line(text))
    process.stdout.write(JSON.stringify(answer) + '\n')
  }
}
