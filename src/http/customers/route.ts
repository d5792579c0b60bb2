/** `/v1/listings/{listing_id}/customers`: corrects a customer's name, or merges two. */
import type { FastifyInstance } from 'fastify'
import { ChangedCustomer, CustomerChange } from '../../contract/customer.js'
import { ref } from '../../contract/scalars.js'
import { SELLERS } from '../guard/auth.js'
import { byCaller } from '../guard/by-caller.js'
import type { Services } from '../services.js'
import { problemOfRefusal } from '../views/refusals.js'
import { answers, BODY, type ContractTypes } from '../wire/answers.js'
import { ListingParams } from '../wire/parameters.js'
import { sendProblem } from '../wire/problems.js'

export function customerRoutes(scope: FastifyInstance, { holdfast }: Services): void {
  scope.withTypeProvider<ContractTypes>().patch(
    '/listings/:listing_id/customers',
    {
      config: { scopes: SELLERS },
      schema: {
        tags: ['Reservations'],
        operationId: 'changeCustomer',
        summary: "Correct a customer's name, or merge two customers",
        description:
          'All reservations of the customer get the new name, in whatever state they are, and a new ' +
          'version each. A limit that they exceed together refuses the next reservation only.',
        params: ListingParams,
        body: ref(CustomerChange),
        response: answers({ 200: ['What became of them.', ref(ChangedCustomer)] }, [
          ...BODY,
          'customer_exists',
          'outcome_unknown',
        ]),
      },
    },
    async (request, reply) => {
      const { listing_id } = request.params
      const { customer, becomes, merge = false, reason } = request.body
      const by = byCaller(request, reason)
      const change = { becomes, merge }
      const outcome = await holdfast.customers.change(listing_id, customer, change, by)
      if (outcome.kind === 'done') {
        const { customer: name, reservations, merged } = outcome
        return { customer: name, reservations, merged }
      }
      const { code, extras } = problemOfRefusal(outcome.refusal)
      return sendProblem(request, reply, code, extras)
    },
  )
}
