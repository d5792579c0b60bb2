// An application in CommonJS: Node.js from 20.19 on can `require` an ES module.
const { createHoldfast } = require('holdfast')
const { createClient } = require('holdfast/client')
const { name, version } = require('holdfast/package.json')

console.log(JSON.stringify({ name, version, is: [typeof createHoldfast, typeof createClient] }))
