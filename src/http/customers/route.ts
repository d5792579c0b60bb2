/** `/v1/listings/{listing_id}/customers`: corrects a name, merges two, tells everything of one, forgets one. */
import type { FastifyInstance } from 'fastify'
import {
  ChangedCustomer,
  CustomerChange,
  CustomerErasure,
  CustomerExport,
  CustomerName,
  ErasedCustomer,
} from '../../contract/customer.js'
import { ref } from '../../contract/scalars.js'
import { SELLERS } from '../guard/auth.js'
import { byCaller } from '../guard/by-caller.js'
import type { Services } from '../services.js'
import { showCustomerExport } from '../views/customers.js'
import { problemOfRefusal } from '../views/refusals.js'
import { answers, BODY, type ContractTypes } from '../wire/answers.js'
import { ListingParams } from '../wire/parameters.js'
import { HttpProblem, sendProblem } from '../wire/problems.js'

export function customerRoutes(scope: FastifyInstance, services: Services): void {
  changeRoute(scope, services)
  exportRoute(scope, services)
  eraseRoute(scope, services)
}

function changeRoute(scope: FastifyInstance, { holdfast }: Services): void {
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

function exportRoute(scope: FastifyInstance, { holdfast }: Services): void {
  scope.withTypeProvider<ContractTypes>().post(
    '/listings/:listing_id/customers/export',
    {
      config: { scopes: SELLERS },
      schema: {
        tags: ['Reservations'],
        operationId: 'exportCustomer',
        summary: 'Tell everything that is known about a customer',
        description: 'One document: reservations with their contacts, refunds, journal, notices.',
        params: ListingParams,
        body: ref(CustomerName),
        response: answers({ 200: ['What is known.', ref(CustomerExport)] }, BODY),
      },
    },
    async (request) => {
      const { listing_id } = request.params
      const record = await holdfast.customers.export(listing_id, request.body.customer)
      if (record === undefined) throw new HttpProblem('not_found')
      return showCustomerExport(listing_id, record, Date.now())
    },
  )
}

function eraseRoute(scope: FastifyInstance, { holdfast }: Services): void {
  scope.withTypeProvider<ContractTypes>().post(
    '/listings/:listing_id/customers/erase',
    {
      config: { scopes: SELLERS },
      schema: {
        tags: ['Reservations'],
        operationId: 'eraseCustomer',
        summary: 'Forget a customer',
        description:
          'A pseudonym stands wherever the name stood; contacts, metadata of the reservations, and reasons ' +
          'that the journal has for them are removed. The books stay whole. There is no way back.',
        params: ListingParams,
        body: ref(CustomerErasure),
        response: answers({ 200: ['What became of the customer.', ref(ErasedCustomer)] }, [
          ...BODY,
          'outcome_unknown',
        ]),
      },
    },
    async (request) => {
      const { listing_id } = request.params
      const { customer, reason } = request.body
      const outcome = await holdfast.customers.erase(
        listing_id,
        customer,
        byCaller(request, reason),
      )
      if (outcome.kind === 'refused') throw new HttpProblem('not_found')
      return { customer: outcome.customer, reservations: outcome.reservations }
    },
  )
}
