/**
 * Builds the pages into `dist/web`: one entry for each set of pages, and `embed.js`, the one file that goes
 * under a name of its own because other people's sites load it.
 */
import { fileURLToPath } from 'node:url'
import { defineConfig } from 'vite'

const pathOf = (name: string) => fileURLToPath(new URL(name, import.meta.url))

export default defineConfig({
  root: pathOf('.'),
  base: '/',
  publicDir: false,
  resolve: { alias: { 'holdfast/client': pathOf('../src/client/client.ts') } },
  oxc: { jsx: { runtime: 'automatic', importSource: 'preact' } },
  build: {
    outDir: pathOf('../dist/web'),
    // The build before is still in use: scripts/build-web.mjs removes what is older.
    emptyOutDir: false,
    target: 'es2022',
    // Both would be inline, which the pages' policy forbids.
    modulePreload: { polyfill: false },
    assetsInlineLimit: 0,
    reportCompressedSize: false,
    rollupOptions: {
      input: {
        shop: pathOf('shop/index.html'),
        staff: pathOf('staff/index.html'),
        lab: pathOf('lab/index.html'),
        embed: pathOf('embed/embed.ts'),
      },
      output: {
        entryFileNames: ({ name }) => (name === 'embed' ? 'embed.js' : 'assets/[name]-[hash].js'),
      },
    },
  },
})
