// Says which version of a package runs, for the page that lists the clients.
import { readFileSync } from 'node:fs'

/** Prints the version of the package `name`, as it is installed. */
export function runs(name) {
  const manifest = new URL(`../node_modules/${name}/package.json`, import.meta.url)
  console.log(`version ${JSON.parse(readFileSync(manifest, 'utf8')).version}`)
}
