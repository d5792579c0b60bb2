import type { Block } from 'holdfast/client'

const STATES = {
  tentative: { text: 'Tentative', tone: 'tag signal' },
  definite: { text: 'Definite', tone: 'tag' },
  released: { text: 'Released', tone: 'tag released' },
} as const

export function BlockTag({ state }: Pick<Block, 'state'>) {
  const { text, tone } = STATES[state]
  return <span class={tone}>{text}</span>
}
