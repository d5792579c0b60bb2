/** English. */
import type { MailWords } from '../words.js'

export const en: MailWords = {
  locale: 'en-GB',
  customer: {
    confirmed: {
      state: 'Confirmed',
      subject: (what) => withWhat('Booking confirmed', what),
      heading: 'Your booking is confirmed',
      text: 'This is yours.',
      calendar: 'The attached invitation puts it into your calendar.',
    },
    changed: {
      state: 'Changed',
      subject: (what) => withWhat('Booking changed', what),
      heading: 'Your booking has changed',
      text: 'This is what you have booked now.',
      calendar: 'The attached invitation updates your calendar.',
    },
    cancelled: {
      state: 'Cancelled',
      subject: (what) => withWhat('Booking cancelled', what),
      heading: 'Your booking is cancelled',
      text: 'What is listed here is no longer booked for you.',
      calendar: 'The attachment takes it out of your calendar.',
    },
    expired: {
      state: 'Not booked',
      subject: (what) => withWhat('Your hold has ended', what),
      heading: 'Your hold has ended',
      text: 'It was not confirmed in time, so it is on sale again. You have not booked it.',
      calendar: '',
    },
    released: {
      state: 'Not booked',
      subject: (what) => withWhat('Your hold was given up', what),
      heading: 'Your hold was given up',
      text: 'It is on sale again. You have not booked it.',
      calendar: '',
    },
    refund_due: {
      state: 'Refund due',
      subject: (what) => withWhat('Money is due back to you', what),
      heading: 'Money is due back to you',
      text: 'Your payment is not needed any more. The seller will return it; you need not do anything.',
      calendar: '',
    },
  },
  blockCutOff: {
    state: 'Cut-off near',
    subject: (block, date) => `Cut-off on ${date}: ${block}`,
    heading: 'A block is near its cut-off',
    text: (rooms) =>
      rooms === 1
        ? 'One room-night was not picked up yet. It goes back on sale with the cut-off.'
        : `${rooms} room-nights were not picked up yet. They go back on sale with the cut-off.`,
    block: 'Block',
    cutOff: 'Cut-off',
    nights: 'Nights',
    left: 'Not picked up',
  },
  deadLetters: {
    state: 'Not delivered',
    subject: (count) =>
      count === 1 ? 'One notice was not delivered' : `${count} notices were not delivered`,
    heading: 'Some notices were not delivered',
    text: 'They will not be tried again by themselves. Look at them, mend the cause, and send them again.',
    undelivered: 'Not delivered',
    since: 'Since',
  },
  greeting: (name) => (name === undefined ? 'Hello,' : `Hello ${name},`),
  nights: (count) => (count === 1 ? '1 night' : `${count} nights`),
  span: (from, to) => `${from} to ${to}`,
  reservation: 'Reservation',
  payment: 'Payment',
  footer: (listing) =>
    `You get this message because somebody booked with this address at ${listing}.`,
  staffFooter: (listing) => `You get this message because you look after ${listing}.`,
}

function withWhat(sentence: string, what: string): string {
  return what === '' ? sentence : `${sentence}: ${what}`
}
