/**
 * `<holdfast-book listing="…" key="…">`: the shop of one listing on somebody else's page. One script, in a
 * shadow, so that neither page's styles reach the other; what the site changes it changes by custom
 * properties.
 */
import { render } from 'preact'
import { createBook } from './book.js'
import styles from './embed.css?inline'

/** Where this script came from is where the service is. */
const ORIGIN = new URL(import.meta.url).origin

class HoldfastBook extends HTMLElement {
  static readonly observedAttributes = ['listing', 'key', 'service']

  connectedCallback(): void {
    this.#draw()
  }

  disconnectedCallback(): void {
    if (this.shadowRoot !== null) render(null, this.shadowRoot)
  }

  attributeChangedCallback(): void {
    if (this.isConnected) this.#draw()
  }

  #draw(): void {
    const root = this.shadowRoot ?? this.attachShadow({ mode: 'open' })
    root.adoptedStyleSheets = [sheet()]
    const part = createBook({
      listingId: this.getAttribute('listing') ?? '',
      apiKey: this.getAttribute('key') ?? '',
      baseUrl: this.getAttribute('service') ?? ORIGIN,
      // The page hears what was booked, never the token: that is its reader's.
      onBooked: (reservationId) => {
        const detail = { reservationId }
        this.dispatchEvent(new CustomEvent('holdfast-booked', { detail, bubbles: true }))
      },
    })
    render(part, root)
  }
}

let made: CSSStyleSheet | undefined
/** One for all the elements of a page; a policy against inline styles does not mind it. */
function sheet(): CSSStyleSheet {
  if (made === undefined) {
    made = new CSSStyleSheet()
    made.replaceSync(styles)
  }
  return made
}

customElements.define('holdfast-book', HoldfastBook)
