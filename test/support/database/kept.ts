/** Says that a database of a failed test is still there, until the next run begins. */
export function tellKept(name: string): void {
  console.error(
    `the database ${name} is kept until the next run; npm run test:look shows how to get in`,
  )
}
