/** Who exports what and who imports it, read from the text of the files alone. */
import { posix } from 'node:path'
import ts from 'typescript'
import type { TextFile } from './files.js'

export interface Export {
  readonly path: string
  readonly name: string
  readonly line: number
  /** The comment right above. */
  readonly comment: string
  /** True when a type of this name is declared here: an interface, an alias, a class. */
  readonly isType: boolean
  /** The types that its signature names, without what a function does inside. */
  readonly mentions: ReadonlySet<string>
}

/** What one file takes from another; `*` when it takes everything. */
export interface Import {
  readonly from: string
  readonly to: string
  readonly name: string
}

export interface Module {
  readonly file: TextFile
  readonly exports: readonly Export[]
  readonly imports: readonly Import[]
}

/** Reads a file's own declarations that it exports, and what it takes from other files of ours. */
export function moduleOf(file: TextFile): Module {
  const { path, text } = file
  const source = ts.createSourceFile(path, text, ts.ScriptTarget.Latest, true)
  const exports: Export[] = []
  const imports: Import[] = []
  const take = (specifier: ts.Node | undefined, names: readonly string[]) => {
    const to = fileOf(path, specifier)
    if (to !== undefined) imports.push(...names.map((name) => ({ from: path, to, name })))
  }
  const visit = (node: ts.Node): void => {
    if (ts.isImportDeclaration(node)) take(node.moduleSpecifier, namesOf(node.importClause))
    else if (ts.isExportDeclaration(node)) {
      const { exportClause: names } = node
      const isList = names !== undefined && ts.isNamedExports(names)
      take(node.moduleSpecifier, isList ? names.elements.map(originalName) : ['*'])
    } else if (ts.isImportTypeNode(node)) {
      take(ts.isLiteralTypeNode(node.argument) ? node.argument.literal : undefined, ['*'])
    } else if (ts.isCallExpression(node) && node.expression.kind === ts.SyntaxKind.ImportKeyword) {
      take(node.arguments[0], ['*'])
    }
    ts.forEachChild(node, visit)
  }
  visit(source)
  for (const statement of source.statements) exports.push(...exportsOf(statement, source))
  return { file, exports, imports }
}

function namesOf(clause: ts.ImportClause | undefined): string[] {
  const bindings = clause?.namedBindings
  const names = clause?.name === undefined ? [] : ['default']
  if (bindings === undefined) return names
  if (ts.isNamespaceImport(bindings)) return ['*']
  return [...names, ...bindings.elements.map(originalName)]
}

/** As the other file calls it. */
function originalName(each: ts.ImportSpecifier | ts.ExportSpecifier): string {
  return (each.propertyName ?? each.name).text
}

/** The file of ours that a specifier names; undefined for a package. */
function fileOf(from: string, specifier: ts.Node | undefined): string | undefined {
  if (specifier === undefined || !ts.isStringLiteral(specifier)) return undefined
  if (!specifier.text.startsWith('.')) return undefined
  const path = posix.join(posix.dirname(from), specifier.text)
  return path.replace(/\.js$/, '.ts')
}

function exportsOf(statement: ts.Statement, source: ts.SourceFile): Export[] {
  const isExported =
    ts.canHaveModifiers(statement) &&
    ts.getModifiers(statement)?.some(({ kind }) => kind === ts.SyntaxKind.ExportKeyword)
  if (!isExported) return []
  const [start, full] = [statement.getStart(source), statement.getFullStart()]
  const comment = source.text.slice(full, start)
  const line = source.getLineAndCharacterOfPosition(start).line + 1
  const isType =
    ts.isInterfaceDeclaration(statement) ||
    ts.isTypeAliasDeclaration(statement) ||
    ts.isClassDeclaration(statement) ||
    ts.isEnumDeclaration(statement)
  const about = { path: source.fileName, line, comment, isType, mentions: mentionsOf(statement) }
  return declaredNames(statement).map((name) => ({ ...about, name }))
}

function mentionsOf(statement: ts.Statement): Set<string> {
  const names = new Set<string>()
  const visit = (node: ts.Node): void => {
    if (ts.isBlock(node)) return
    if (ts.isTypeReferenceNode(node) || ts.isExpressionWithTypeArguments(node)) {
      const [name = ''] = node.getText().split(/[<.]/)
      names.add(name)
    }
    ts.forEachChild(node, visit)
  }
  visit(statement)
  return names
}

function declaredNames(statement: ts.Statement): string[] {
  if (ts.isVariableStatement(statement)) {
    return statement.declarationList.declarations.flatMap(({ name }) => boundNames(name))
  }
  const { name } = statement as ts.Statement & { readonly name?: ts.Identifier }
  return name === undefined ? [] : [name.text]
}

function boundNames(name: ts.BindingName): string[] {
  if (ts.isIdentifier(name)) return [name.text]
  return name.elements.flatMap((each) =>
    ts.isOmittedExpression(each) ? [] : boundNames(each.name),
  )
}
