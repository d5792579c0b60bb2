import type { PageProps } from '../pages.js'
import { Page } from '../shell/page.js'

/** What has to be done now. */
export function Today({ listing }: PageProps) {
  return (
    <Page title="Today" lead={listing.name}>
      <p>Nothing.</p>
    </Page>
  )
}
