import { once } from 'node:events'
import { type AddressInfo, createServer } from 'node:net'
import { TLSSocket } from 'node:tls'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { openDatabase } from '../../../src/storage/driver/database.js'
import { migrate } from '../../../src/storage/driver/migrate.js'

/** Nobody has signed it but itself; it protects nothing. */
const KEY = `-----BEGIN PRIVATE KEY-----
MIGHAgEAMBMGByqGSM49AgEGCCqGSM49AwEHBG0wawIBAQQgphk7sY0T73huzd9V
N1+GXPld8HZbZ3450WaxUojxuxWhRANCAATVJ/5P6R9PZKvkR42+10+CZmUk1H9P
TIkdllMvEBlaH414uycELz7YXlIOgH+wS9UsTZte+n3Y0m1sv7I77119
-----END PRIVATE KEY-----`
const CERTIFICATE = `-----BEGIN CERTIFICATE-----
MIIBETCBuAIBATAKBggqhkjOPQQDAjAUMRIwEAYDVQQDDAlsb2NhbGhvc3QwIBcN
MjAwMTAxMDAwMDAwWhgPMjEyMDAxMDEwMDAwMDBaMBQxEjAQBgNVBAMMCWxvY2Fs
aG9zdDBZMBMGByqGSM49AgEGCCqGSM49AwEHA0IABNUn/k/pH09kq+RHjb7XT4Jm
ZSTUf09MiR2WUy8QGVofjXi7JwQvPtheUg6Af7BL1SxNm176fdjSbWy/sjvvXX0w
CgYIKoZIzj0EAwIDSAAwRQIgHDD63ltdn7e00Ffx89We0k1j8yU1RABbVTPcyzZ6
6q8CIQCGnmEEAEcnUvz2dXgvR3qZB3yfLkME4KENMJjrKk90Mw==
-----END CERTIFICATE-----`

/** A server that agrees to TLS, as PostgreSQL does, and never gets further. */
const server = createServer((socket) => {
  socket.on('error', () => {})
  socket.once('data', () => {
    socket.write('S')
    const secure = new TLSSocket(socket, { isServer: true, key: KEY, cert: CERTIFICATE })
    secure.on('error', () => {})
  })
})
beforeAll(async () => {
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
})
afterAll(() => server.close())

test('a certificate that nobody vouches for is told with what to add to the URL', async () => {
  const { port } = server.address() as AddressInfo
  const url = `postgres://ada@127.0.0.1:${port}/shop?sslmode=verify-full`
  const fault = {
    code: 'database_unavailable',
    message: expect.stringMatching(
      /^cannot reach the database: self-signed certificate\. Add sslrootcert=/,
    ),
  }
  await expect(migrate(url)).rejects.toMatchObject(fault)
  const db = openDatabase({ url })
  await expect(db.query('select 1')).rejects.toMatchObject(fault)
  await db.close()
})
