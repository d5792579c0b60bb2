/** Whether a database keeps what it has acknowledged. */
import { HoldfastError } from '../../domain/errors.js'

/** What is asked whether COMMIT is durable: a Holdfast. */
interface Durable {
  durabilityRisks(): Promise<readonly string[]>
}

/**
 * @param allowed true: on purpose, so that nothing is refused
 * @returns why what was acknowledged may be lost; none for a database that keeps it
 * @throws HoldfastError `invalid_input` for a reason that was not allowed
 */
export async function requireDurability(
  { durabilityRisks }: Durable,
  { allowed, how }: { readonly allowed: boolean; readonly how: string },
): Promise<readonly string[]> {
  const risks = await durabilityRisks()
  if (risks.length === 0 || allowed) return risks
  throw new HoldfastError(
    'invalid_input',
    `the database may lose what it has acknowledged: ${risks.join(', ')}. Turn that on, or ${how}`,
  )
}
