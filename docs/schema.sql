-- What all of migrations/ leaves together, for reading and comparing; nothing runs this file.
-- Made by `npm run generate`; a test holds it against a migrated database.

create extension btree_gist;

create type reservation_state as enum ('held', 'confirmed', 'released', 'expired', 'cancelled');

create domain bounded_range as tstzrange
  constraint bounded_range_check CHECK (((NOT isempty(VALUE)) AND (NOT lower_inf(VALUE)) AND (NOT upper_inf(VALUE))));

create domain positive_count as integer
  constraint positive_count_check CHECK ((VALUE > 0));

create domain unit_count as integer
  constraint unit_count_check CHECK ((VALUE >= 0));

CREATE OR REPLACE FUNCTION holdfast.contact_form(spelled text)
 RETURNS text
 LANGUAGE sql
 IMMUTABLE PARALLEL SAFE
RETURN CASE WHEN (spelled ~ '[^ -~]|^ |  | $'::text) THEN NORMALIZE(translate(btrim(regexp_replace(NORMALIZE(regexp_replace(spelled, '[\u00AD\u034F\u061C\u115F\u1160\u17B4\u17B5\u180B-\u180F\u200B-\u200F\u202A-\u202E\u2060-\u206F\u3164\uFE00-\uFE0F\uFEFF\uFFA0\uFFF0-\uFFF8\U0001BCA0-\U0001BCA3\U0001D173-\U0001D17A\U000E0000-\U000E0FFF]'::text, ''::text, 'g'::text), NFC), '[ \u00A0\u1680\u2000-\u200A\u202F\u205F\u2028\u2029\u3000]+'::text, ' '::text, 'g'::text)), 'ABCDEFGHIJKLMNOPQRSTUVWXYZÀÁÂÃÄÅÆÇÈÉÊËÌÍÎÏÐÑÒÓÔÕÖØÙÚÛÜÝÞĀĂĄĆĈĊČĎĐĒĔĖĘĚĜĞĠĢĤĦĨĪĬĮĲĴĶĹĻĽĿŁŃŅŇŊŌŎŐŒŔŖŘŚŜŞŠŢŤŦŨŪŬŮŰŲŴŶŸŹŻŽƁƂƄƆƇƉƊƋƎƏƐƑƓƔƖƗƘƜƝƟƠƢƤƦƧƩƬƮƯƱƲƳƵƷƸƼǄǅǇǈǊǋǍǏǑǓǕǗǙǛǞǠǢǤǦǨǪǬǮǱǲǴǶǷǸǺǼǾȀȂȄȆȈȊȌȎȐȒȔȖȘȚȜȞȠȢȤȦȨȪȬȮȰȲȺȻȽȾɁɃɄɅɆɈɊɌɎͰͲͶͿΆΈΉΊΌΎΏΑΒΓΔΕΖΗΘΙΚΛΜΝΞΟΠΡΣΤΥΦΧΨΩΪΫϏϘϚϜϞϠϢϤϦϨϪϬϮϴϷϹϺϽϾϿЀЁЂЃЄЅІЇЈЉЊЋЌЍЎЏАБВГДЕЖЗИЙКЛМНОПРСТУФХЦЧШЩЪЫЬЭЮЯѠѢѤѦѨѪѬѮѰѲѴѶѸѺѼѾҀҊҌҎҐҒҔҖҘҚҜҞҠҢҤҦҨҪҬҮҰҲҴҶҸҺҼҾӀӁӃӅӇӉӋӍӐӒӔӖӘӚӜӞӠӢӤӦӨӪӬӮӰӲӴӶӸӺӼӾԀԂԄԆԈԊԌԎԐԒԔԖԘԚԜԞԠԢԤԦԨԪԬԮԱԲԳԴԵԶԷԸԹԺԻԼԽԾԿՀՁՂՃՄՅՆՇՈՉՊՋՌՍՎՏՐՑՒՓՔՕՖḀḂḄḆḈḊḌḎḐḒḔḖḘḚḜḞḠḢḤḦḨḪḬḮḰḲḴḶḸḺḼḾṀṂṄṆṈṊṌṎṐṒṔṖṘṚṜṞṠṢṤṦṨṪṬṮṰṲṴṶṸṺṼṾẀẂẄẆẈẊẌẎẐẒẔẞẠẢẤẦẨẪẬẮẰẲẴẶẸẺẼẾỀỂỄỆỈỊỌỎỐỒỔỖỘỚỜỞỠỢỤỦỨỪỬỮỰỲỴỶỸỺỼỾἈἉἊἋἌἍἎἏἘἙἚἛἜἝἨἩἪἫἬἭἮἯἸἹἺἻἼἽἾἿὈὉὊὋὌὍὙὛὝὟὨὩὪὫὬὭὮὯᾈᾉᾊᾋᾌᾍᾎᾏᾘᾙᾚᾛᾜᾝᾞᾟᾨᾩᾪᾫᾬᾭᾮᾯᾸᾹᾺᾼῈῊῌῘῙῚῨῩῪῬῸῺῼＡＢＣＤＥＦＧＨＩＪＫＬＭＮＯＰＱＲＳＴＵＶＷＸＹＺ'::text, 'abcdefghijklmnopqrstuvwxyzàáâãäåæçèéêëìíîïðñòóôõöøùúûüýþāăąćĉċčďđēĕėęěĝğġģĥħĩīĭįĳĵķĺļľŀłńņňŋōŏőœŕŗřśŝşšţťŧũūŭůűųŵŷÿźżžɓƃƅɔƈɖɗƌǝəɛƒɠɣɩɨƙɯɲɵơƣƥʀƨʃƭʈưʊʋƴƶʒƹƽǆǆǉǉǌǌǎǐǒǔǖǘǚǜǟǡǣǥǧǩǫǭǯǳǳǵƕƿǹǻǽǿȁȃȅȇȉȋȍȏȑȓȕȗșțȝȟƞȣȥȧȩȫȭȯȱȳⱥȼƚⱦɂƀʉʌɇɉɋɍɏͱͳͷϳάέήίόύώαβγδεζηθικλμνξοπρστυφχψωϊϋϗϙϛϝϟϡϣϥϧϩϫϭϯθϸϲϻͻͼͽѐёђѓєѕіїјљњћќѝўџабвгдежзийклмнопрстуфхцчшщъыьэюяѡѣѥѧѩѫѭѯѱѳѵѷѹѻѽѿҁҋҍҏґғҕҗҙқҝҟҡңҥҧҩҫҭүұҳҵҷҹһҽҿӏӂӄӆӈӊӌӎӑӓӕӗәӛӝӟӡӣӥӧөӫӭӯӱӳӵӷӹӻӽӿԁԃԅԇԉԋԍԏԑԓԕԗԙԛԝԟԡԣԥԧԩԫԭԯաբգդեզէըթժիլխծկհձղճմյնշոչպջռսվտրցւփքօֆḁḃḅḇḉḋḍḏḑḓḕḗḙḛḝḟḡḣḥḧḩḫḭḯḱḳḵḷḹḻḽḿṁṃṅṇṉṋṍṏṑṓṕṗṙṛṝṟṡṣṥṧṩṫṭṯṱṳṵṷṹṻṽṿẁẃẅẇẉẋẍẏẑẓẕßạảấầẩẫậắằẳẵặẹẻẽếềểễệỉịọỏốồổỗộớờởỡợụủứừửữựỳỵỷỹỻỽỿἀἁἂἃἄἅἆἇἐἑἒἓἔἕἠἡἢἣἤἥἦἧἰἱἲἳἴἵἶἷὀὁὂὃὄὅὑὓὕὗὠὡὢὣὤὥὦὧᾀᾁᾂᾃᾄᾅᾆᾇᾐᾑᾒᾓᾔᾕᾖᾗᾠᾡᾢᾣᾤᾥᾦᾧᾰᾱὰᾳὲὴῃῐῑὶῠῡὺῥὸὼῳａｂｃｄｅｆｇｈｉｊｋｌｍｎｏｐｑｒｓｔｕｖｗｘｙｚ'::text), NFC) ELSE lower((spelled COLLATE "C")) END
;

CREATE OR REPLACE FUNCTION holdfast.defer_exclusions(listing_id uuid)
 RETURNS void
 LANGUAGE plpgsql
AS $function$ begin set constraints all deferred; end $function$
;

create table answers (
  listing_id uuid not null,
  idempotency_key text not null,
  request_hash bytea not null,
  outcome jsonb not null,
  created_at timestamp with time zone not null default statement_timestamp(),
  caller text not null default '*'::text,
  command text,
  constraint answers_pkey PRIMARY KEY (listing_id, idempotency_key, caller)
);
CREATE INDEX answers_by_age ON holdfast.answers USING btree (created_at);

create table api_key_listings (
  listing_id uuid not null,
  key_id uuid not null,
  constraint api_key_listings_key_id_fkey FOREIGN KEY (key_id) REFERENCES api_keys(key_id),
  constraint api_key_listings_pkey PRIMARY KEY (listing_id, key_id)
);
CREATE INDEX api_key_listings_by_key ON holdfast.api_key_listings USING btree (key_id, listing_id);

create table api_keys (
  key_id uuid not null,
  prefix text not null,
  secret_hash bytea not null,
  scope text not null,
  name text not null,
  created_at timestamp with time zone not null default clock_timestamp(),
  last_used_at timestamp with time zone,
  revoked_at timestamp with time zone,
  origins text[] not null default '{}'::text[],
  constraint api_keys_name_check CHECK (((length(name) >= 1) AND (length(name) <= 200))),
  constraint api_keys_origins_of_storefronts CHECK (((scope = 'storefront'::text) OR (origins = '{}'::text[]))),
  constraint api_keys_pkey PRIMARY KEY (key_id),
  constraint api_keys_prefix_check CHECK ((prefix ~ '^[0-9a-f]{12}$'::text)),
  constraint api_keys_prefix_key UNIQUE (prefix),
  constraint api_keys_scope_check CHECK ((scope = ANY (ARRAY['admin'::text, 'seller'::text, 'storefront'::text]))),
  constraint api_keys_secret_hash_check CHECK ((octet_length(secret_hash) = 32))
);

create table blocks (
  listing_id uuid not null,
  block_id uuid not null,
  resource_id uuid not null,
  name text not null,
  from_date date not null,
  to_date date not null,
  quantity integer not null,
  cut_off date not null,
  cut_off_at timestamp with time zone not null,
  state text not null default 'tentative'::text,
  reservation_id uuid,
  to_give_back boolean not null default false,
  version bigint not null default 1,
  created_at timestamp with time zone not null default clock_timestamp(),
  updated_at timestamp with time zone not null default clock_timestamp(),
  constraint blocks_check CHECK (((state <> 'definite'::text) OR (reservation_id IS NOT NULL))),
  constraint blocks_check1 CHECK (((state = 'released'::text) OR (NOT to_give_back))),
  constraint blocks_check2 CHECK ((from_date < to_date)),
  constraint blocks_listing_id_block_id_fkey FOREIGN KEY (listing_id, block_id) REFERENCES resources(listing_id, resource_id),
  constraint blocks_listing_id_resource_id_fkey FOREIGN KEY (listing_id, resource_id) REFERENCES resources(listing_id, resource_id),
  constraint blocks_name_check CHECK (((length(name) >= 1) AND (length(name) <= 200))),
  constraint blocks_pkey PRIMARY KEY (listing_id, block_id),
  constraint blocks_quantity_check CHECK ((quantity > 0)),
  constraint blocks_state_check CHECK ((state = ANY (ARRAY['tentative'::text, 'definite'::text, 'released'::text])))
);
CREATE INDEX blocks_due ON holdfast.blocks USING btree (cut_off_at) WHERE (state = ANY (ARRAY['tentative'::text, 'definite'::text]));
CREATE INDEX blocks_released ON holdfast.blocks USING btree (to_date) WHERE (state = 'released'::text);
CREATE INDEX blocks_to_give_back ON holdfast.blocks USING btree (listing_id, block_id) WHERE to_give_back;

create table calendars (
  listing_id uuid not null,
  calendar_id uuid not null,
  resource_id uuid,
  audience text not null,
  secret_hash bytea not null,
  content_hash bytea,
  modified_at timestamp with time zone not null default date_trunc('second'::text, statement_timestamp()),
  created_at timestamp with time zone not null default statement_timestamp(),
  revoked_at timestamp with time zone,
  constraint calendars_audience_check CHECK ((audience = ANY (ARRAY['staff'::text, 'public'::text]))),
  constraint calendars_listing_id_fkey FOREIGN KEY (listing_id) REFERENCES listings(listing_id),
  constraint calendars_listing_id_resource_id_fkey FOREIGN KEY (listing_id, resource_id) REFERENCES resources(listing_id, resource_id),
  constraint calendars_pkey PRIMARY KEY (listing_id, calendar_id)
);

create table contacts (
  listing_id uuid not null,
  reservation_id uuid not null,
  name text,
  email text,
  phone text,
  locale text,
  note text,
  constraint contacts_pkey PRIMARY KEY (listing_id, reservation_id)
);
CREATE INDEX contacts_by_email ON holdfast.contacts USING btree (listing_id, contact_form(email), reservation_id) WHERE (email IS NOT NULL);
CREATE INDEX contacts_by_name ON holdfast.contacts USING btree (listing_id, contact_form(name), reservation_id) WHERE (name IS NOT NULL);
CREATE INDEX contacts_by_phone ON holdfast.contacts USING btree (listing_id, regexp_replace(phone, '[^0-9]'::text, ''::text, 'g'::text), reservation_id) WHERE (phone IS NOT NULL);

create table customers (
  listing_id uuid not null,
  customer text not null,
  constraint customers_pkey PRIMARY KEY (listing_id, customer)
);

create table deliveries (
  listing_id uuid not null,
  delivery_id uuid not null,
  event_id uuid not null,
  subject_id uuid not null,
  version integer not null,
  channel text not null,
  destination text not null,
  state text not null default 'due'::text,
  attempts integer not null default 0,
  due_at timestamp with time zone not null default statement_timestamp(),
  begun_at timestamp with time zone not null default statement_timestamp(),
  leased_until timestamp with time zone,
  fence integer not null default 0,
  status smallint,
  reason text,
  answer text,
  ended_at timestamp with time zone,
  attempted_at timestamp with time zone,
  constraint deliveries_answer_check CHECK ((length(answer) <= 1024)),
  constraint deliveries_end CHECK (((state = 'due'::text) = (ended_at IS NULL))),
  constraint deliveries_event_once UNIQUE (listing_id, event_id, destination),
  constraint deliveries_pkey PRIMARY KEY (listing_id, delivery_id),
  constraint deliveries_reason_check CHECK ((length(reason) <= 500)),
  constraint deliveries_state_check CHECK ((state = ANY (ARRAY['due'::text, 'delivered'::text, 'needless'::text, 'dead'::text])))
);
CREATE INDEX deliveries_dead ON holdfast.deliveries USING btree (listing_id, delivery_id) WHERE (state = 'dead'::text);
CREATE INDEX deliveries_due ON holdfast.deliveries USING btree (destination, due_at) WHERE (state = 'due'::text);
CREATE INDEX deliveries_ended ON holdfast.deliveries USING btree (ended_at) WHERE ((ended_at IS NOT NULL) AND (state <> 'dead'::text));
CREATE INDEX deliveries_of_destination ON holdfast.deliveries USING btree (destination, delivery_id);
CREATE INDEX deliveries_of_subject_due ON holdfast.deliveries USING btree (listing_id, subject_id, destination, version) WHERE (state = 'due'::text);

create table deployment_secrets (
  name text not null,
  secret bytea not null,
  created_at timestamp with time zone not null default clock_timestamp(),
  constraint deployment_secrets_pkey PRIMARY KEY (name),
  constraint deployment_secrets_secret_check CHECK ((octet_length(secret) >= 32))
);

create table events (
  listing_id uuid not null,
  event_id uuid not null,
  kind text not null,
  subject_id uuid not null,
  version integer not null,
  snapshot jsonb not null,
  at timestamp with time zone not null default statement_timestamp(),
  dispatched_at timestamp with time zone,
  failures smallint not null default 0,
  again_at timestamp with time zone,
  constraint events_pkey PRIMARY KEY (listing_id, event_id),
  constraint events_version_check CHECK ((version >= 0))
);
CREATE INDEX events_dispatched ON holdfast.events USING btree (dispatched_at) WHERE (dispatched_at IS NOT NULL);
CREATE INDEX events_set_aside ON holdfast.events USING btree (listing_id, subject_id) WHERE (again_at IS NOT NULL);
CREATE INDEX events_to_dispatch ON holdfast.events USING btree (at, event_id) WHERE (dispatched_at IS NULL);

create table journal (
  listing_id uuid not null,
  entry_id uuid not null,
  at timestamp with time zone not null default statement_timestamp(),
  kind text not null,
  reservation_id uuid,
  pool_id uuid,
  detail jsonb not null default '{}'::jsonb,
  actor text,
  reason text,
  resource_id uuid,
  block_id uuid,
  constraint journal_pkey PRIMARY KEY (listing_id, entry_id)
);
CREATE INDEX journal_by_reservation ON holdfast.journal USING btree (listing_id, reservation_id, entry_id) WHERE (reservation_id IS NOT NULL);
CREATE INDEX journal_of_rare_kinds ON holdfast.journal USING btree (listing_id, kind, entry_id) WHERE (kind <> ALL (ARRAY['held'::text, 'confirmed'::text, 'released'::text, 'cancelled'::text, 'expired'::text, 'extended'::text, 'changed'::text]));

create table listeners (
  listing_id uuid not null,
  channel text not null,
  destination text not null,
  until timestamp with time zone,
  constraint listeners_channel_check CHECK ((channel <> ''::text)),
  constraint listeners_destination_check CHECK (((length(destination) >= 1) AND (length(destination) <= 200))),
  constraint listeners_pkey PRIMARY KEY (listing_id, channel, destination)
);

create table listings (
  listing_id uuid not null,
  name text not null,
  time_zone text not null default 'UTC'::text,
  customer_units_max integer,
  customer_holds_max integer,
  hold_ttl_ms_max bigint not null default 3600000,
  hold_age_ms_max bigint not null default 7200000,
  created_at timestamp with time zone not null default now(),
  storefront_confirms text not null default 'never'::text,
  refund_on_cancel text not null default 'always'::text,
  version bigint not null default 1,
  archived boolean not null default false,
  metadata jsonb not null default '{}'::jsonb,
  constraint listings_customer_holds_max_check CHECK ((customer_holds_max > 0)),
  constraint listings_customer_units_max_check CHECK ((customer_units_max > 0)),
  constraint listings_hold_age_ms_max_check CHECK ((hold_age_ms_max > 0)),
  constraint listings_hold_ttl_ms_max_check CHECK ((hold_ttl_ms_max > 0)),
  constraint listings_name_check CHECK (((length(name) >= 1) AND (length(name) <= 200))),
  constraint listings_pkey PRIMARY KEY (listing_id),
  constraint listings_refund_on_cancel_check CHECK ((refund_on_cancel = ANY (ARRAY['always'::text, 'never'::text]))),
  constraint listings_storefront_confirms_check CHECK ((storefront_confirms = ANY (ARRAY['never'::text, 'free'::text])))
);

create table nights (
  listing_id uuid not null,
  resource_id uuid not null,
  night date not null,
  pool_id uuid not null,
  minimum_stay smallint not null default 1,
  on_sale boolean not null default true,
  maximum_stay smallint,
  closed_to_arrival boolean not null default false,
  closed_to_departure boolean not null default false,
  version bigint not null default 0,
  constraint nights_listing_id_pool_id_fkey FOREIGN KEY (listing_id, pool_id) REFERENCES pools(listing_id, pool_id),
  constraint nights_listing_id_pool_id_key UNIQUE (listing_id, pool_id),
  constraint nights_listing_id_resource_id_fkey FOREIGN KEY (listing_id, resource_id) REFERENCES resources(listing_id, resource_id),
  constraint nights_maximum_stay_check CHECK ((maximum_stay >= 1)),
  constraint nights_minimum_stay_check CHECK ((minimum_stay >= 1)),
  constraint nights_pkey PRIMARY KEY (listing_id, resource_id, night)
);

create table pools (
  listing_id uuid not null,
  pool_id uuid not null,
  resource_id uuid not null,
  exclusive boolean not null default false,
  closed boolean not null default false,
  during bounded_range,
  capacity unit_count not null,
  taken integer not null default 0,
  overcommitted unit_count not null default 0,
  version bigint not null default 0,
  constraint pools_closed_has_nothing CHECK (((NOT closed) OR (((capacity)::integer = 0) AND (taken = 0)))),
  constraint pools_exclusive_slot_for_one CHECK (((NOT exclusive) OR ((during IS NOT NULL) AND ((capacity)::integer <= 1)))),
  constraint pools_exclusive_slots_apart EXCLUDE USING gist (listing_id WITH =, resource_id WITH =, during WITH &&) WHERE ((exclusive AND (NOT closed))) DEFERRABLE,
  constraint pools_listing_id_resource_id_exclusive_fkey FOREIGN KEY (listing_id, resource_id, exclusive) REFERENCES resources(listing_id, resource_id, exclusive),
  constraint pools_pkey PRIMARY KEY (listing_id, pool_id),
  constraint pools_taken_not_negative CHECK ((taken >= 0)),
  constraint pools_taken_within_capacity CHECK ((taken <= ((capacity)::integer + (overcommitted)::integer)))
) with (fillfactor=40);
CREATE INDEX pools_by_time ON holdfast.pools USING btree (listing_id, resource_id, lower((during)::tstzrange)) WHERE (during IS NOT NULL);
CREATE INDEX pools_without_time ON holdfast.pools USING btree (listing_id, resource_id, pool_id) WHERE (during IS NULL);

create table refunds (
  listing_id uuid not null,
  reservation_id uuid not null,
  payment_ref text not null,
  refund_id uuid not null,
  reason text not null,
  due_since timestamp with time zone not null,
  settled_at timestamp with time zone,
  constraint refunds_pkey PRIMARY KEY (listing_id, reservation_id, payment_ref)
);
CREATE INDEX refunds_by_payment ON holdfast.refunds USING btree (listing_id, payment_ref);
CREATE INDEX refunds_due ON holdfast.refunds USING btree (listing_id, refund_id) WHERE (settled_at IS NULL);

create table reservation_lines (
  listing_id uuid not null,
  reservation_id uuid not null,
  line_no smallint not null,
  pool_id uuid not null,
  quantity positive_count not null,
  taken_version bigint not null,
  given_back_version bigint,
  replaced boolean not null default false,
  constraint reservation_lines_pkey PRIMARY KEY (listing_id, reservation_id, line_no)
);

create table reservation_metadata (
  listing_id uuid not null,
  reservation_id uuid not null,
  key text not null,
  value text not null,
  constraint reservation_metadata_pkey PRIMARY KEY (listing_id, reservation_id, key)
);
CREATE UNIQUE INDEX reservation_metadata_by_value ON holdfast.reservation_metadata USING btree (listing_id, key, value, reservation_id);

create table reservations (
  listing_id uuid not null,
  reservation_id uuid not null,
  state reservation_state not null,
  customer text not null,
  expires_at timestamp with time zone,
  payment_ref text,
  refund_due boolean not null default false,
  line_count smallint not null,
  version bigint not null default 1,
  created_at timestamp with time zone not null default clock_timestamp(),
  updated_at timestamp with time zone not null default clock_timestamp(),
  constraint reservations_check CHECK (((state = 'held'::reservation_state) = (expires_at IS NOT NULL))),
  constraint reservations_pkey PRIMARY KEY (listing_id, reservation_id)
);
CREATE INDEX reservations_by_customer ON holdfast.reservations USING btree (listing_id, customer) WHERE (state = ANY (ARRAY['held'::reservation_state, 'confirmed'::reservation_state]));
CREATE INDEX reservations_by_payment ON holdfast.reservations USING btree (listing_id, payment_ref) WHERE (payment_ref IS NOT NULL);
CREATE INDEX reservations_held ON holdfast.reservations USING btree (listing_id, expires_at) WHERE (state = 'held'::reservation_state);

create table resources (
  listing_id uuid not null,
  resource_id uuid not null,
  name text not null,
  exclusive boolean not null default false,
  time_zone text,
  created_at timestamp with time zone not null default now(),
  private boolean not null default false,
  notice_minutes integer not null default 0,
  horizon_days integer,
  version bigint not null default 1,
  archived boolean not null default false,
  metadata jsonb not null default '{}'::jsonb,
  constraint resources_horizon_days_check CHECK ((horizon_days >= 0)),
  constraint resources_listing_id_fkey FOREIGN KEY (listing_id) REFERENCES listings(listing_id),
  constraint resources_listing_id_resource_id_exclusive_key UNIQUE (listing_id, resource_id, exclusive),
  constraint resources_name_check CHECK (((length(name) >= 1) AND (length(name) <= 200))),
  constraint resources_notice_minutes_check CHECK ((notice_minutes >= 0)),
  constraint resources_pkey PRIMARY KEY (listing_id, resource_id)
);
CREATE INDEX resources_archived ON holdfast.resources USING btree (listing_id, resource_id) WHERE archived;

create table schedules (
  listing_id uuid not null,
  resource_id uuid not null,
  spec jsonb not null,
  version bigint not null default 1,
  updated_at timestamp with time zone not null default clock_timestamp(),
  constraint schedules_listing_id_resource_id_fkey FOREIGN KEY (listing_id, resource_id) REFERENCES resources(listing_id, resource_id),
  constraint schedules_pkey PRIMARY KEY (listing_id, resource_id),
  constraint schedules_spec_check CHECK (((spec ->> 'soldBy'::text) = ANY (ARRAY['slots'::text, 'ranges'::text])))
);

create table schema_migrations (
  version integer not null,
  name text not null,
  checksum text not null,
  applied_at timestamp with time zone not null default now(),
  constraint schema_migrations_pkey PRIMARY KEY (version)
);

create table units (
  listing_id uuid not null,
  pool_id uuid not null,
  unit_no integer not null,
  reservation_id uuid,
  constraint units_pkey PRIMARY KEY (listing_id, pool_id, unit_no)
);
CREATE INDEX units_free ON holdfast.units USING btree (listing_id, pool_id, unit_no) WHERE (reservation_id IS NULL);

create table webhooks (
  listing_id uuid not null,
  webhook_id uuid not null,
  url text,
  kinds text[] not null,
  description text not null,
  secret_salt uuid not null,
  old_secret_salt uuid,
  old_secret_until timestamp with time zone,
  disabled_because text,
  expires_at timestamp with time zone,
  created_at timestamp with time zone not null default clock_timestamp(),
  updated_at timestamp with time zone not null default clock_timestamp(),
  constraint webhooks_description_check CHECK ((length(description) <= 500)),
  constraint webhooks_disabled_because_check CHECK ((disabled_because = ANY (ARRAY['by_hand'::text, 'gone'::text]))),
  constraint webhooks_old_secret_ends CHECK (((old_secret_salt IS NULL) = (old_secret_until IS NULL))),
  constraint webhooks_pkey PRIMARY KEY (listing_id, webhook_id),
  constraint webhooks_url_check CHECK ((length(url) <= 2000)),
  constraint webhooks_without_url_expire CHECK (((url IS NOT NULL) OR (expires_at IS NOT NULL)))
);
CREATE INDEX webhooks_by_id ON holdfast.webhooks USING btree (webhook_id);
CREATE INDEX webhooks_that_end ON holdfast.webhooks USING btree (expires_at) WHERE (expires_at IS NOT NULL);
