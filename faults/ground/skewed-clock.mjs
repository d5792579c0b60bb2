// Loaded into a server before it starts: its clock goes wrong by as many milliseconds as FAULTS_SKEW_MS says.
const skewMs = Number(process.env.FAULTS_SKEW_MS ?? 0)
const RealDate = Date
const now = () => RealDate.now() + skewMs

class WrongDate extends RealDate {
  constructor(...parts) {
    if (parts.length === 0) super(now())
    else super(...parts)
  }

  static now() {
    return now()
  }
}

globalThis.Date = WrongDate
