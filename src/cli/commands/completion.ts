/** `holdfast completion`: what a shell needs to complete commands, flags and their values. */
import { Argument, type Command } from 'commander'
import { print } from '../print/output.js'
import { bashCompletion, fishCompletion, zshCompletion } from '../print/shell-completion.js'

const SHELLS = { bash: bashCompletion, zsh: zshCompletion, fish: fishCompletion } as const

const HELP = `
Where it goes:
  bash  echo 'source <(holdfast completion bash)' >> ~/.bashrc
  zsh   echo 'source <(holdfast completion zsh)' >> ~/.zshrc     (after compinit)
  fish  holdfast completion fish > ~/.config/fish/completions/holdfast.fish`

export function addCompletion(program: Command): void {
  program
    .command('completion')
    .description('print the completions of a shell')
    .addArgument(new Argument('<shell>', 'the shell').choices(Object.keys(SHELLS)))
    .addHelpText('after', HELP)
    .action((shell: keyof typeof SHELLS) => print({}, undefined, [SHELLS[shell](program)]))
}
