/** Builds what a shared run of the lab is made of: one script without imports, one style. */
import { fileURLToPath } from 'node:url'
import { defineConfig } from 'vite'

const pathOf = (name: string) => fileURLToPath(new URL(name, import.meta.url))

export default defineConfig({
  root: pathOf('.'),
  publicDir: false,
  oxc: { jsx: { runtime: 'automatic', importSource: 'preact' } },
  build: {
    outDir: pathOf('../dist/web/lab'),
    emptyOutDir: false,
    target: 'es2022',
    reportCompressedSize: false,
    cssCodeSplit: false,
    lib: {
      entry: pathOf('lab/shared.tsx'),
      formats: ['iife'],
      name: 'sharedRun',
      fileName: () => 'shared.js',
      cssFileName: 'shared',
    },
  },
})
