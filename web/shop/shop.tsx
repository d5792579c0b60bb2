/** What people book on. */
export function Shop() {
  return (
    <main>
      <h1>Book</h1>
    </main>
  )
}
