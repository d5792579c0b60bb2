/** German. */
import type { MailWords } from '../words.js'

export const de: MailWords = {
  locale: 'de-DE',
  customer: {
    confirmed: {
      state: 'Bestätigt',
      subject: (what) => withWhat('Buchung bestätigt', what),
      heading: 'Ihre Buchung ist bestätigt',
      text: 'Das ist für Sie reserviert.',
      calendar: 'Die angehängte Einladung trägt den Termin in Ihren Kalender ein.',
    },
    changed: {
      state: 'Geändert',
      subject: (what) => withWhat('Buchung geändert', what),
      heading: 'Ihre Buchung wurde geändert',
      text: 'Das haben Sie jetzt gebucht.',
      calendar: 'Die angehängte Einladung ändert den Eintrag in Ihrem Kalender.',
    },
    cancelled: {
      state: 'Storniert',
      subject: (what) => withWhat('Buchung storniert', what),
      heading: 'Ihre Buchung ist storniert',
      text: 'Das Folgende ist nicht mehr für Sie gebucht.',
      calendar: 'Der Anhang nimmt es aus Ihrem Kalender.',
    },
    expired: {
      state: 'Nicht gebucht',
      subject: (what) => withWhat('Ihre Vormerkung ist abgelaufen', what),
      heading: 'Ihre Vormerkung ist abgelaufen',
      text: 'Sie wurde nicht rechtzeitig bestätigt und ist wieder im Verkauf. Sie haben nichts gebucht.',
      calendar: '',
    },
    released: {
      state: 'Nicht gebucht',
      subject: (what) => withWhat('Ihre Vormerkung wurde aufgehoben', what),
      heading: 'Ihre Vormerkung wurde aufgehoben',
      text: 'Sie ist wieder im Verkauf. Sie haben nichts gebucht.',
      calendar: '',
    },
    refund_due: {
      state: 'Erstattung',
      subject: (what) => withWhat('Sie bekommen Geld zurück', what),
      heading: 'Sie bekommen Geld zurück',
      text: 'Ihre Zahlung wird nicht mehr gebraucht. Der Anbieter erstattet sie; Sie müssen nichts tun.',
      calendar: '',
    },
  },
  blockCutOff: {
    state: 'Frist läuft ab',
    subject: (block, date) => `Frist am ${date}: ${block}`,
    heading: 'Die Frist eines Kontingents läuft ab',
    text: (rooms) =>
      rooms === 1
        ? 'Eine Zimmernacht wurde noch nicht abgerufen. Mit der Frist kommt sie wieder in den Verkauf.'
        : `${rooms} Zimmernächte wurden noch nicht abgerufen. Mit der Frist kommen sie wieder in den Verkauf.`,
    block: 'Kontingent',
    cutOff: 'Frist',
    nights: 'Nächte',
    left: 'Nicht abgerufen',
  },
  deadLetters: {
    state: 'Nicht zugestellt',
    subject: (count) =>
      count === 1
        ? 'Eine Nachricht wurde nicht zugestellt'
        : `${count} Nachrichten wurden nicht zugestellt`,
    heading: 'Nachrichten wurden nicht zugestellt',
    text: 'Von selbst werden sie nicht mehr versucht. Bitte ansehen, die Ursache beheben und erneut senden.',
    undelivered: 'Nicht zugestellt',
    since: 'Seit',
  },
  greeting: (name) => (name === undefined ? 'Guten Tag,' : `Guten Tag ${name},`),
  nights: (count) => (count === 1 ? '1 Nacht' : `${count} Nächte`),
  span: (from, to) => `${from} bis ${to}`,
  reservation: 'Reservierung',
  payment: 'Zahlung',
  footer: (listing) =>
    `Sie erhalten diese Nachricht, weil mit dieser Adresse bei ${listing} gebucht wurde.`,
  staffFooter: (listing) => `Sie erhalten diese Nachricht, weil Sie sich um ${listing} kümmern.`,
}

function withWhat(sentence: string, what: string): string {
  return what === '' ? sentence : `${sentence}: ${what}`
}
