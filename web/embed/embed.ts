/** `<holdfast-book listing="…" key="…">`: the shop of one listing on somebody else's page. */
class HoldfastBook extends HTMLElement {}

customElements.define('holdfast-book', HoldfastBook)
