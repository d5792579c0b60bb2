/** Everything under /v1: hooks and schemas that all of its routes share, then the routes. */
import type { FastifyInstance } from 'fastify'
import { ApiKey, ApiKeyPage, IssuedApiKey, NewApiKey } from '../contract/api-key.js'
import { AuditReport, Drift } from '../contract/audit.js'
import { Block, BlockNight, BlockPage, BlockReport, NewBlock } from '../contract/block.js'
import {
  ChangedCustomer,
  CustomerChange,
  CustomerErasure,
  CustomerExport,
  CustomerName,
  ErasedCustomer,
  KnownRefund,
  Notice,
} from '../contract/customer.js'
import { JournalEntry, JournalEntryPage, Move, RefundStep } from '../contract/journal.js'
import {
  Listing,
  ListingChange,
  ListingPage,
  NewListing,
  NewResource,
  Policy,
  PolicyChange,
  Resource,
  ResourceChange,
  ResourcePage,
} from '../contract/listing.js'
import { Night, Nights, NightsChange } from '../contract/night.js'
import {
  Calendar,
  CalendarPage,
  IssuedCalendar,
  NewCalendar,
} from '../contract/notices/calendar.js'
import { Contact, Description } from '../contract/notices/contact.js'
import { DeadLetter, DeadLetterPage } from '../contract/notices/dead-letter.js'
import {
  IssuedWebhook,
  NewWebhook,
  Replayed,
  Webhook,
  WebhookChange,
  WebhookDelivery,
  WebhookDeliveryPage,
  WebhookPage,
  WebhookReplay,
  WebhookRotation,
} from '../contract/notices/webhook.js'
import {
  Availability,
  LiveTicket,
  NewPool,
  Pool,
  PoolAvailability,
  PoolChange,
  PoolPage,
  ResourceAvailability,
  TimedPool,
  TimeSpan,
} from '../contract/pool.js'
import { Problem } from '../contract/problem.js'
import {
  Confirmation,
  ConfirmedReservation,
  CreatedReservation,
  Extension,
  Line,
  NewReservation,
  NoFields,
  Reasoned,
  Refund,
  RefundPage,
  Reservation,
  ReservationChange,
  ReservationPage,
  Settlement,
  WantedLine,
} from '../contract/reservation.js'
import {
  DateRange,
  GeneratedSlots,
  NewSchedule,
  ResourceSlots,
  Schedule,
  Slot,
} from '../contract/schedule.js'
import { calendarRoutes } from './calendars/routes.js'
import { customerRoutes } from './customers/route.js'
import { authentication } from './guard/auth.js'
import { createRateLimits } from './guard/rate-limits.js'
import { liveRoutes } from './live/route.js'
import { noticeRoutes } from './notices/route.js'
import { apiKeyRoutes } from './routes/api-keys.js'
import { auditRoutes } from './routes/audit.js'
import { availabilityRoutes } from './routes/availability.js'
import { blockRoutes } from './routes/blocks.js'
import { journalRoutes } from './routes/journal.js'
import { listingRoutes } from './routes/listings.js'
import { nightRoutes } from './routes/nights.js'
import { poolRoutes } from './routes/pools.js'
import { refundRoutes } from './routes/refunds.js'
import { reservationRoutes } from './routes/reservations.js'
import { resourceRoutes } from './routes/resources.js'
import { slotRoutes } from './routes/slots.js'
import { transitionRoutes } from './routes/transitions.js'
import type { Services } from './services.js'
import { sessionRoutes } from './web/session.js'
import { webhookRoutes } from './webhooks/routes.js'
import { readJsonBodies } from './wire/bodies.js'

/** What other schemas refer to by name; each is a component of the OpenAPI document. */
const COMPONENTS = [
  Problem,
  Policy,
  PolicyChange,
  Listing,
  ListingPage,
  NewListing,
  ListingChange,
  Resource,
  ResourcePage,
  NewResource,
  ResourceChange,
  Pool,
  PoolPage,
  NewPool,
  PoolChange,
  TimeSpan,
  NewSchedule,
  Schedule,
  DateRange,
  GeneratedSlots,
  Slot,
  ResourceSlots,
  PoolAvailability,
  TimedPool,
  ResourceAvailability,
  Availability,
  LiveTicket,
  Night,
  Nights,
  NightsChange,
  BlockNight,
  Block,
  BlockPage,
  BlockReport,
  NewBlock,
  Line,
  WantedLine,
  Reservation,
  ReservationPage,
  CreatedReservation,
  ConfirmedReservation,
  NewReservation,
  ReservationChange,
  Confirmation,
  Extension,
  NoFields,
  Reasoned,
  Calendar,
  CalendarPage,
  IssuedCalendar,
  NewCalendar,
  Contact,
  Description,
  CustomerChange,
  ChangedCustomer,
  CustomerName,
  CustomerExport,
  KnownRefund,
  Notice,
  CustomerErasure,
  ErasedCustomer,
  Refund,
  RefundPage,
  Settlement,
  Move,
  RefundStep,
  JournalEntry,
  JournalEntryPage,
  Drift,
  AuditReport,
  DeadLetter,
  DeadLetterPage,
  ApiKey,
  ApiKeyPage,
  IssuedApiKey,
  NewApiKey,
  Webhook,
  WebhookPage,
  IssuedWebhook,
  NewWebhook,
  WebhookChange,
  WebhookRotation,
  WebhookDelivery,
  WebhookDeliveryPage,
  WebhookReplay,
  Replayed,
]

export async function v1(scope: FastifyInstance, services: Services): Promise<void> {
  for (const component of COMPONENTS) scope.addSchema(component)
  readJsonBodies(scope)
  scope.decorateRequest('principal')
  const limits = await createRateLimits(scope, services.limits)
  authentication(scope, { ...services, limits })
  listingRoutes(scope, services)
  resourceRoutes(scope, services)
  poolRoutes(scope, services)
  slotRoutes(scope, services)
  availabilityRoutes(scope, services)
  liveRoutes(scope, services)
  nightRoutes(scope, services)
  reservationRoutes(scope, services)
  transitionRoutes(scope, services)
  customerRoutes(scope, services)
  calendarRoutes(scope, services)
  blockRoutes(scope, services)
  refundRoutes(scope, services)
  journalRoutes(scope, services)
  noticeRoutes(scope, services)
  auditRoutes(scope, services)
  apiKeyRoutes(scope, services)
  webhookRoutes(scope, services)
  sessionRoutes(scope, services)
}
