/** What people book on: what is on sale, one listing, one reservation. */
import { useEffect } from 'preact/hooks'
import { followLinks, go, place } from '../shared/route.js'
import { BookListing } from './book/listing.js'
import { Front } from './front.js'
import { ReservationView } from './reservation/reservation.js'
import { type Service, ServiceContext } from './stock/service.js'

/** @param props.service undefined where the server was given no storefront's key */
export function Shop({ service }: { readonly service: Service | undefined }) {
  if (service === undefined) {
    return (
      <main class="page">
        <h1>No shop is open here</h1>
        <p>Whoever runs this server opens one with a storefront’s key.</p>
      </main>
    )
  }
  return (
    <ServiceContext.Provider value={service}>
      <Pages />
    </ServiceContext.Provider>
  )
}

const isOurs = (path: string) => path === '/' || /^\/(book|r)\//.test(path)
const follow = (event: MouseEvent) => followLinks(event, isOurs)

function Pages() {
  const [, area, listingId = '', reservationId = ''] = place.value.path.split('/')
  useEffect(() => {
    document.addEventListener('click', follow)
    return () => document.removeEventListener('click', follow)
  }, [])
  useEffect(() => nameThePage('Book'), [place.value.path])
  if (area === 'r') {
    return (
      <main class="page">
        <BackToAll />
        <ReservationView
          {...{ listingId, reservationId }}
          token={window.location.hash.slice(1)}
          onName={nameThePage}
        />
      </main>
    )
  }
  if (area === 'book') {
    return (
      <main class="page">
        <BackToAll />
        <BookListing
          listingId={listingId}
          onName={nameThePage}
          onDone={({ id, token }) => go(`/r/${listingId}/${id}#${token}`)}
        />
      </main>
    )
  }
  return (
    <main class="page">
      <Front />
    </main>
  )
}

function BackToAll() {
  return (
    <nav aria-label="Back">
      <a href="/">All that is on sale</a>
    </nav>
  )
}

function nameThePage(name: string): void {
  document.title = name
}
