/** What the lab notes of a mail, as Holdfast writes and sends it. */
import { expect, test } from 'vitest'
import { headersOf } from '../../../src/lab/mails/headers.js'
import { openPostOffice } from '../../../src/lab/mails/post-office.js'
import { messageOf } from '../../../src/notices/mail/message.js'
import { createSmtp } from '../../../src/notices/mail/smtp.js'

const EVENT = '01890a5d-ac96-774b-bcce-b302099a8057'
const RESERVATION = '01890a5d-ac96-774b-bcce-b302099a8001'

test('who was sent which mail about which reservation is noted as it arrives', async () => {
  const office = await openPostOffice()
  const from = { name: 'A turf', address: 'bookings@turf.example' }
  const message = await messageOf({
    ...{ eventId: EVENT, subjectId: RESERVATION, from, to: 'ada@example.com', language: 'en' },
    ...{ subject: 'Booked', text: 'References: <nothing@example.com>', html: '<p>Yes', atMs: 0 },
  })
  const envelope = { from: from.address, to: 'ada@example.com', message }
  await createSmtp({ url: office.url })(envelope, new AbortController().signal)
  expect(office.mails).toEqual([
    {
      type: 'mail',
      messageId: `${EVENT}@turf.example`,
      to: 'ada@example.com',
      reservationId: RESERVATION,
      receivedNs: expect.any(Number),
    },
  ])
  await office.close()
})

test('a mail that names nothing is noted all the same, and its text is no header', () => {
  expect(headersOf('Subject: Hi\r\n\r\nMessage-ID: <a@b>\r\nReferences: <c@d>')).toEqual({
    messageId: '',
  })
  expect(headersOf('message-id:\r\n <a@b>\r\nREFERENCES: <c@d>\r\n\t<e@f>\r\n\r\n')).toEqual({
    ...{ messageId: 'a@b', reservationId: 'c' },
  })
})
