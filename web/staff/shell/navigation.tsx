import { place } from '../../shared/route.js'
import { hrefOf } from '../hrefs.js'
import { GROUPS } from '../page-props.js'
import { PAGES, pageAt } from '../pages.js'

/** The way to each page; on a narrow screen it opens under the button. */
export function Navigation({ isOpen, isAdmin }: { isOpen: boolean; isAdmin: boolean }) {
  const current = pageAt(place.value.path)?.page
  return (
    <nav id="navigation" class={isOpen ? 'navigation open' : 'navigation'} aria-label="Pages">
      {GROUPS.map((group) => {
        const pages = PAGES.filter(
          (page) =>
            page.group === group && page.isHidden !== true && (isAdmin || page.needsAdmin !== true),
        )
        if (pages.length === 0) return null
        return (
          <div key={group}>
            <p class="small soft" id={`group-${group}`}>
              {group}
            </p>
            <ul class="plain" aria-labelledby={`group-${group}`}>
              {pages.map((page) => (
                <li key={page.path}>
                  <a
                    href={hrefOf(page.path)}
                    {...(page === current ? { 'aria-current': 'page' } : {})}
                  >
                    {page.name}
                  </a>
                </li>
              ))}
            </ul>
          </div>
        )
      })}
    </nav>
  )
}
