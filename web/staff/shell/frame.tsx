import { useState } from 'preact/hooks'
import { followLinks, place } from '../../shared/route.js'
import { Empty, Shown } from '../calls/shown.js'
import { hrefOf, ROOT } from '../hrefs.js'
import { chosenOf, useListings } from '../listings.js'
import { pageAt } from '../pages.js'
import { type SignedIn, signOut } from '../session.js'
import { Asked } from './ask.js'
import { ListingChooser } from './listing-chooser.js'
import { Navigation } from './navigation.js'
import { Page } from './page.js'
import { Toast } from './toast.js'
import './frame.css'

const isOurs = (path: string) => path === ROOT || path.startsWith(`${ROOT}/`)

/** What is around every page of who is signed in. */
export function Frame({ who }: { who: SignedIn }) {
  const [isOpen, setOpen] = useState(false)
  const listings = useListings()
  return (
    // biome-ignore lint/a11y/noStaticElementInteractions: it hears the clicks on links, which keys make as well
    // biome-ignore lint/a11y/useKeyWithClickEvents: the same
    <div
      class="frame"
      onClick={(event) => {
        followLinks(event, isOurs)
        if ((event.target as Element).closest('.navigation a') !== null) setOpen(false)
      }}
    >
      <a class="skip button main" href="#content">
        To the content
      </a>
      <header class="frame-head">
        <a class="frame-name" href={hrefOf('')}>
          Holdfast
        </a>
        <button
          type="button"
          class="button frame-menu"
          aria-expanded={isOpen}
          aria-controls="navigation"
          onClick={() => setOpen(!isOpen)}
        >
          Menu
        </button>
        <ListingChooser listings={listings.value ?? []} />
        <div class="frame-who">
          <span class="small soft">
            {who.scope === 'admin' ? 'Admin' : 'Seller'} <code>{who.prefix}</code>
          </span>
          <button type="button" class="button quiet" onClick={() => void signOut()}>
            Sign out
          </button>
        </div>
      </header>
      <Navigation isOpen={isOpen} isAdmin={who.scope === 'admin'} />
      <main id="content" tabIndex={-1}>
        <Content isAdmin={who.scope === 'admin'} listings={listings} />
      </main>
      <Toast />
      <Asked />
    </div>
  )
}

interface ContentProps {
  readonly isAdmin: boolean
  readonly listings: ReturnType<typeof useListings>
}

/** The page that the address asks for. */
function Content({ isAdmin, listings }: ContentProps) {
  const match = pageAt(place.value.path)
  if (match === undefined || (match.page.needsAdmin === true && !isAdmin)) {
    return (
      <Page title="There is no such page">
        <p>
          It may be for admins alone. <a href={hrefOf('')}>Go to today</a>.
        </p>
      </Page>
    )
  }
  const { page, params } = match
  if (page.about === 'shop') {
    const { component: Component } = page
    return <Component key={page.path} params={params} />
  }
  const { component: Component } = page
  return (
    <Shown of={listings} what="the listings">
      {(all) => {
        const listing = chosenOf(all)
        if (listing === undefined) return <NoListing areThere={all.length > 0} />
        return <Component key={`${page.path} ${listing.id}`} listing={listing} params={params} />
      }}
    </Shown>
  )
}

function NoListing({ areThere }: { areThere: boolean }) {
  return (
    <Page title="Nothing to show yet">
      <Empty title={areThere ? 'Your key may not see this listing' : 'There is no listing yet'}>
        <p>
          {areThere
            ? 'Choose another one above.'
            : 'A listing is what a shop sells places of: an event, a court, a hotel.'}
        </p>
      </Empty>
    </Page>
  )
}
