/** What the people of a shop work with. */
export function Staff() {
  return (
    <main>
      <h1>Staff</h1>
    </main>
  )
}
