const LEVELS = [0, 1, 2, 3, 4]

/** Which shade means how full. */
export function Legend() {
  return (
    <p class="legend small soft">
      Free
      {LEVELS.map((level) => (
        <span key={level} class={`legend-step level-${level}`} aria-hidden="true" />
      ))}
      Full
    </p>
  )
}
