import './lab.css'

export function Head({ title, about }: { title: string; about: string }) {
  return (
    <header class="lab-head">
      <p class="lab-brand">Holdfast lab</p>
      <h1>{title}</h1>
      <p class="soft">{about}</p>
    </header>
  )
}
