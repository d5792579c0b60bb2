/** The race in a browser. */
export function Lab() {
  return (
    <main>
      <h1>Lab</h1>
    </main>
  )
}
