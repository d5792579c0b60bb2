/**
 * Completions for shells, generated from the program's own commands and flags: the shell starts no
 * process to complete a word, and a new flag needs no line here.
 */
import type { Command } from 'commander'

/** What may follow certain words. */
interface Place {
  /** The commands so far: '', 'keys', 'keys create'. */
  readonly path: string
  readonly commands: readonly { readonly name: string; readonly description: string }[]
  readonly flags: readonly Flag[]
  /** The values of the command's arguments, where they are known. */
  readonly values: readonly string[]
}

interface Flag {
  readonly name: string
  readonly description: string
  /** Empty when it takes any value, or no value. */
  readonly values: readonly string[]
}

function placesOf(command: Command, path = ''): Place[] {
  const inner = command.commands.flatMap((sub) => placesOf(sub, `${path} ${sub.name()}`.trim()))
  const place: Place = {
    path,
    commands: command.commands.map((sub) => ({ name: sub.name(), description: sub.description() })),
    flags: [...command.options, ...HELP].flatMap(({ long, description, argChoices }) => {
      return long ? [{ name: long, description, values: argChoices ?? [] }] : []
    }),
    values: command.registeredArguments.flatMap((argument) => argument.argChoices ?? []),
  }
  return [place, ...inner]
}

const HELP = [{ long: '--help', description: 'show help', argChoices: undefined }]

/** A shell function that looks at the words before the cursor and offers what may follow. */
export function bashCompletion(program: Command): string {
  const places = placesOf(program)
  const words = places.map(({ path, commands, flags, values }) => {
    const all = [...commands.map(({ name }) => name), ...values, ...flags.map(({ name }) => name)]
    return `    '${path}') words='${all.join(' ')}' ;;`
  })
  const values = places.flatMap(({ path, flags }) => {
    return flags.flatMap((flag) => {
      const known = flag.values.join(' ')
      return known === '' ? [] : [`    '${path} ${flag.name}') words='${known}' ;;`]
    })
  })
  const paths = places.flatMap(({ path }) => (path === '' ? [] : [`'${path}'`]))
  return `_holdfast() {
  local path='' word next i words=''
  for ((i = 1; i < COMP_CWORD; i++)); do
    word=\${COMP_WORDS[i]}
    next="\${path:+$path }$word"
    case "$next" in
      ${paths.join('|')}) path=$next ;;
    esac
  done
  case "$path" in
${words.join('\n')}
  esac
  case "$path \${COMP_WORDS[COMP_CWORD - 1]}" in
${values.join('\n')}
  esac
  COMPREPLY=($(compgen -W "$words" -- "\${COMP_WORDS[COMP_CWORD]}"))
}
complete -o default -F _holdfast holdfast`
}

/** zsh can run bash's completions. */
export function zshCompletion(program: Command): string {
  return `autoload -U +X bashcompinit && bashcompinit
${bashCompletion(program)}`
}

export function fishCompletion(program: Command): string {
  const quoted = (text: string) => `'${text.replaceAll(/['\\]/g, '\\$&')}'`
  const lines = placesOf(program).flatMap(({ path, commands, flags, values }) => {
    const others = commands.map(({ name }) => name).join(' ')
    const words = path.split(' ').filter((word) => word !== '')
    const seen = words.map((word) => `__fish_seen_subcommand_from ${word}`)
    const unseen = others === '' ? [] : [`not __fish_seen_subcommand_from ${others}`]
    const when = [...seen, ...unseen].join('; and ') || 'true'
    const line = (rest: string) => `complete -c holdfast -f -n ${quoted(when)} ${rest}`
    return [
      ...commands.map(({ name, description }) => line(`-a ${name} -d ${quoted(description)}`)),
      ...values.map((value) => line(`-a ${value}`)),
      ...flags.map((flag) => {
        const known = flag.values.length === 0 ? '' : ` -xa ${quoted(flag.values.join(' '))}`
        return line(`-l ${flag.name.slice(2)}${known} -d ${quoted(flag.description)}`)
      }),
    ]
  })
  return lines.join('\n')
}
