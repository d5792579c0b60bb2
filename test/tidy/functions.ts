/** How long the functions of a file are, by TypeScript's own syntax tree. */
import ts from 'typescript'
import type { TextFile } from './files.js'

export interface LongFunction {
  /** `src/x.ts:12 name`, to be clicked on. */
  readonly where: string
  readonly lines: number
}

/** A comment right above a function that has to be long: the word, and behind it the reason. */
const REASON = /\blong: \S+/

/**
 * The functions of more than `linesMax` lines, inner lines included, that give no reason. Blank
 * lines and comments within count; the comment above does not.
 *
 * @param isExcused true for a function that is not held to the limit
 */
export function longFunctions(
  { path, text }: TextFile,
  linesMax: number,
  isExcused: (node: ts.Node) => boolean = () => false,
): LongFunction[] {
  const source = ts.createSourceFile(path, text, ts.ScriptTarget.Latest, true)
  const found: LongFunction[] = []
  const lineOf = (position: number) => source.getLineAndCharacterOfPosition(position).line
  const visit = (node: ts.Node): void => {
    if (ts.isFunctionLike(node) && 'body' in node && node.body !== undefined) {
      const first = lineOf(node.getStart(source))
      const lines = lineOf(node.end) - first + 1
      if (lines > linesMax && !isExcused(node) && !givesReason(node, source)) {
        found.push({ where: `${path}:${first + 1} ${nameOf(node)}`, lines })
      }
    }
    ts.forEachChild(node, visit)
  }
  visit(source)
  return found
}

/** Looks at the comments above the function, or above the statement that begins on its line. */
function givesReason(node: ts.Node, source: ts.SourceFile): boolean {
  const line = (each: ts.Node) => source.getLineAndCharacterOfPosition(each.getStart(source)).line
  for (let each = node; line(each) === line(node); each = each.parent) {
    const comments = ts.getLeadingCommentRanges(source.text, each.getFullStart()) ?? []
    if (comments.some(({ pos, end }) => REASON.test(source.text.slice(pos, end)))) return true
    if (each.parent === undefined || ts.isSourceFile(each.parent)) return false
  }
  return false
}

function nameOf(node: ts.SignatureDeclaration): string {
  if (node.name !== undefined) return node.name.getText()
  const { parent } = node
  const isNamed = ts.isVariableDeclaration(parent) || ts.isPropertyAssignment(parent)
  return isNamed ? parent.name.getText() : 'a function without a name'
}

/** True for the function given to `describe` and its kin: a list of tests, each held to the limit. */
export function isTestGroup(node: ts.Node): boolean {
  const { parent } = node
  if (parent === undefined || !ts.isCallExpression(parent)) return false
  return /^describe\b/.test(parent.expression.getText())
}
