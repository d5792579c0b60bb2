// The arrow of imports only ever points down this list; a folder may use itself and what is below.
const LAYERS = [
  'cli',
  'lab',
  'http',
  'client',
  'engine',
  'access',
  'notices',
  'contract',
  'strategies',
  'storage',
  'embedded',
  'domain',
]

const rules = LAYERS.slice(1).map((layer, i) => ({
  name: `${layer}-does-not-look-up`,
  comment: `src/${layer} imports from a layer above it`,
  severity: 'error',
  from: { path: `^src/${layer}/` },
  to: { path: `^src/(${LAYERS.slice(0, i + 1).join('|')})/` },
}))

export default {
  forbidden: [
    ...rules,
    {
      name: 'no-circles',
      comment: 'files that import each other are one file, or wrongly cut',
      severity: 'error',
      from: {},
      to: { circular: true },
    },
    {
      name: 'mistakes-stay-in-the-lab',
      comment: 'a deliberately broken engine is reached from what is served, or from the library',
      severity: 'error',
      from: { path: '^src/(cli/commands/serve|index|engine/holdfast)\\.ts$' },
      to: { path: '^src/lab/controls/', reachable: true },
    },
    {
      name: 'one-door',
      comment:
        'http and cli call a Holdfast: neither statements nor rows of storage, not its types either',
      severity: 'error',
      from: { path: '^src/(http|cli)/' },
      to: { path: '^src/storage/' },
    },
    {
      name: 'the-client-stands-alone',
      comment: 'whoever calls the service takes the client along, and nothing else of ours',
      severity: 'error',
      from: { path: '^src/client/' },
      to: { path: '^src/(?!client/)' },
    },
    {
      name: 'pages-talk-through-the-client',
      comment: 'a page knows of the service what anybody else could know',
      severity: 'error',
      from: { path: '^web/' },
      to: {
        path: '^(src/(?!client/)|test/|bench/|faults/|scripts/)',
        // What the lab's server tells the lab's page: words alone, which import nothing.
        pathNot: '^src/cli/lab/wire\\.ts$',
      },
    },
    {
      name: 'nobody-imports-a-page',
      comment: 'pages are built, and served as files',
      severity: 'error',
      from: { path: '^src/' },
      to: { path: '^web/' },
    },
    {
      name: 'the-contract-knows-the-domain-alone',
      comment: 'what goes over the wire depends on no engine',
      severity: 'error',
      from: { path: '^src/contract/' },
      to: { path: '^src/(?!contract/|domain/)' },
    },
    {
      name: 'notices-know-what-is-stored',
      comment:
        'who is told of an event learns of it from the outbox, never from the engine or a route',
      severity: 'error',
      from: { path: '^src/notices/' },
      to: { path: '^src/(?!notices/|storage/|contract/|domain/)' },
    },
    {
      name: 'domain-is-pure',
      comment:
        'the rules know neither SQL nor HTTP; what the clocks of a zone show is a pure question',
      severity: 'error',
      from: { path: '^src/domain/' },
      to: { dependencyTypes: ['npm'], pathNot: 'node_modules/temporal-polyfill/' },
    },
    {
      name: 'only-storage-and-embedded-and-the-lab-talk-to-the-driver',
      comment: 'statements run through storage/; the lab makes and drops a database of its own',
      severity: 'error',
      from: { path: '^src/', pathNot: '^src/(storage|embedded|lab)/' },
      to: { path: 'node_modules/pg/', dependencyTypesNot: ['type-only'] },
    },
    {
      name: 'typebox-is-types',
      comment:
        'it takes a third of a second to load: contract/schema/type.ts has the functions that make schemas',
      severity: 'error',
      from: { path: '^src/', pathNot: '^src/cli/print/listing-file\\.ts$' },
      to: { path: 'node_modules/typebox/', dependencyTypesNot: ['type-only'] },
    },
  ],
  options: {
    doNotFollow: { path: 'node_modules' },
    tsConfig: { fileName: 'tsconfig.json' },
    tsPreCompilationDeps: true,
  },
}
