/**
 * Finds promises that a program keeps for later while it awaits something else. If such a promise
 * rejects meanwhile, nobody hears it, and Node ends the process. The linter cannot see this: it asks
 * only whether a promise is awaited, not when.
 */
import { relative } from 'node:path'
import ts from 'typescript'

/** Functions that listen to the promise that they are given, and return one that can be kept. */
const LISTENERS = new Set(['later', 'quietly', 'thrownBy'])

/** Each place as `file:line name`, for the files of this project below `folders`. */
export function unheardPromises(root: string, folders: readonly string[]): string[] {
  const config = ts.getParsedCommandLineOfConfigFile(`${root}/tsconfig.json`, undefined, {
    ...ts.sys,
    onUnRecoverableConfigFileDiagnostic: ({ messageText }) => {
      throw new Error(ts.flattenDiagnosticMessageText(messageText, '\n'))
    },
  })
  const files = (config?.fileNames ?? []).filter((file) =>
    folders.some((folder) => relative(root, file).startsWith(`${folder}/`)),
  )
  const program = ts.createProgram(files, config?.options ?? {})
  return files.flatMap((name) => {
    const file = program.getSourceFile(name)
    return file === undefined ? [] : unheardIn(file, program.getTypeChecker(), relative(root, name))
  })
}

/** The same for one text, for tests of this. */
export function unheardInText(text: string): string[] {
  const name = '/sample.ts'
  const options: ts.CompilerOptions = {
    target: ts.ScriptTarget.ES2023,
    module: ts.ModuleKind.ESNext,
  }
  const host = ts.createCompilerHost(options)
  const read = host.getSourceFile
  const sample = ts.createSourceFile(name, text, ts.ScriptTarget.ES2023, true)
  host.getSourceFile = (file, ...rest) => (file === name ? sample : read(file, ...rest))
  const program = ts.createProgram([name], options, host)
  return unheardIn(sample, program.getTypeChecker(), 'sample.ts')
}

interface Kept {
  /** Where the promise is given a name. */
  readonly node: ts.Node
  readonly name: ts.Identifier
}

function unheardIn(file: ts.SourceFile, checker: ts.TypeChecker, path: string): string[] {
  const nodes = nodesOf(file)
  const waits = nodes.filter((node) => ts.isAwaitExpression(node) || isForAwait(node))
  const identifiers = nodes.filter(ts.isIdentifier)

  /** True when the function that keeps it awaits something before the name is used again. */
  function isPassedOver({ node, name }: Kept): boolean {
    const keeper = functionOf(node)
    const behind = waits.filter((wait) => wait.getStart() >= node.end)
    const here = behind.filter((wait) => functionOf(wait) === keeper)
    if (here.length === 0) return false
    const symbol = symbolOf(name, checker)
    const use = identifiers.find(
      (each) =>
        each.pos >= node.end && each.text === name.text && symbolOf(each, checker) === symbol,
    )
    return use === undefined || here.some((wait) => wait.end < use.end)
  }

  return nodes
    .flatMap(keptBy)
    .filter(isPassedOver)
    .filter(({ name }) => holdsPromise(checker.getTypeAtLocation(name), checker))
    .map(({ node, name }) => {
      const { line } = file.getLineAndCharacterOfPosition(node.getStart())
      return `${path}:${line + 1} ${name.text}`
    })
}

/** The names that the node gives to values which may be promises that nobody listens to. */
function keptBy(node: ts.Node): Kept[] {
  const [target, value] = ts.isVariableDeclaration(node)
    ? [node.name, node.initializer]
    : ts.isBinaryExpression(node) && ASSIGNMENTS.has(node.operatorToken.kind)
      ? [node.left, node.right]
      : []
  if (target === undefined || value === undefined || isHeard(value)) return []
  return identifiersOf(target).map((name) => ({ node, name }))
}

const ASSIGNMENTS = new Set([
  ts.SyntaxKind.EqualsToken,
  ts.SyntaxKind.QuestionQuestionEqualsToken,
  ts.SyntaxKind.BarBarEqualsToken,
])

function identifiersOf(target: ts.Node): ts.Identifier[] {
  if (ts.isIdentifier(target)) return [target]
  if (!ts.isObjectBindingPattern(target) && !ts.isArrayBindingPattern(target)) return []
  return target.elements.flatMap((each) =>
    ts.isOmittedExpression(each) ? [] : identifiersOf(each.name),
  )
}

function isHeard(value: ts.Expression): boolean {
  if (ts.isIdentifier(value) || ts.isAwaitExpression(value)) return true
  if (ts.isNewExpression(value)) {
    const [executor] = value.arguments ?? []
    return executor !== undefined && ts.isArrowFunction(executor) && executor.parameters.length < 2
  }
  if (!ts.isCallExpression(value)) return false
  const { expression } = value
  if (ts.isIdentifier(expression)) return LISTENERS.has(expression.text)
  if (!ts.isPropertyAccessExpression(expression)) return false
  const method = expression.name.text
  if (method === 'finally') return isHeard(expression.expression)
  return method === 'catch' || (method === 'then' && value.arguments.length === 2)
}

function holdsPromise(type: ts.Type, checker: ts.TypeChecker): boolean {
  if (type.isUnion()) return type.types.some((each) => holdsPromise(each, checker))
  const name = type.getSymbol()?.name
  if (name === 'Promise' || name === 'PromiseLike') return true
  if (!checker.isArrayType(type) && !checker.isTupleType(type)) return false
  const parts = checker.getTypeArguments(type as ts.TypeReference)
  return parts.some((each) => holdsPromise(each, checker))
}

function symbolOf(name: ts.Identifier, checker: ts.TypeChecker): ts.Symbol | undefined {
  return ts.isShorthandPropertyAssignment(name.parent)
    ? checker.getShorthandAssignmentValueSymbol(name.parent)
    : checker.getSymbolAtLocation(name)
}

function isForAwait(node: ts.Node): boolean {
  return ts.isForOfStatement(node) && node.awaitModifier !== undefined
}

function functionOf(node: ts.Node): ts.Node {
  let at = node.parent
  while (!ts.isFunctionLike(at) && !ts.isSourceFile(at)) at = at.parent
  return at
}

function nodesOf(file: ts.SourceFile): ts.Node[] {
  const nodes: ts.Node[] = []
  const visit = (node: ts.Node) => {
    nodes.push(node)
    ts.forEachChild(node, visit)
  }
  visit(file)
  return nodes
}
