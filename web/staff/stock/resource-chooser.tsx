import type { Resource } from 'holdfast/client'
import { go } from '../../shared/route.js'
import { hrefWith } from '../hrefs.js'

interface ResourceChooserProps {
  readonly resources: readonly Resource[]
  readonly chosen: Resource
}

/** Which resource a page is about. The choice stands in the address. */
export function ResourceChooser({ resources, chosen }: ResourceChooserProps) {
  return (
    <div class="field resource-chooser">
      <label for="resource">Resource</label>
      <select
        id="resource"
        class="input"
        value={chosen.id}
        onChange={({ currentTarget }) =>
          go(hrefWith({ resource: currentTarget.value }), { replace: true })
        }
      >
        {resources.map(({ id, name, archived }) => (
          <option key={id} value={id}>
            {archived ? `${name} (archived)` : name}
          </option>
        ))}
      </select>
    </div>
  )
}
