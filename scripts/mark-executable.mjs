// The compiler writes plain files; the `holdfast` command has to be executable for npx to run it.
import { chmodSync } from 'node:fs'

chmodSync(new URL('../dist/cli/main.js', import.meta.url), 0o755)
