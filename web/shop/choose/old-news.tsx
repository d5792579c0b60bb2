/** Says that the line is lost, and that it comes back by itself. */
export function OldNews({ isOld }: { readonly isOld: boolean }) {
  return (
    <p role="status" class={isOld ? 'message signal' : 'heard'}>
      {isOld ? 'The line is lost: this may be old. It comes back by itself.' : ''}
    </p>
  )
}
