-- Who set what, what is not sold any more, and one form for every customer.

-- What a seller sets of a listing, a resource, a schedule, a block or a night has a history of its own in
-- the journal. Each change raises the version, so that a missing entry shows. What is archived stays for
-- those who have something of it, and sells nothing new.
alter table listings
  add column version bigint not null default 1,
  add column archived boolean not null default false;

alter table resources
  add column version bigint not null default 1,
  add column archived boolean not null default false;

-- Every sale asks whether a listing has any of them; most have none.
create index resources_archived on resources (listing_id, resource_id) where archived;

-- How often the terms of a night were changed; they begin as the defaults of their columns.
alter table nights add column version bigint not null default 0;

-- What an entry is about when it is about no reservation and no pool; neither: the listing.
alter table journal
  add column resource_id uuid,
  add column block_id uuid;

-- What there is already begins its history now, with the version that it has. Ids are UUIDv7 of now.
insert into journal (listing_id, entry_id, kind, resource_id, block_id, detail)
select opened.listing_id,
       overlay(
         gen_random_uuid()::text
         placing overlay(
           lpad(to_hex(floor(extract(epoch from clock_timestamp()) * 1000)::bigint), 12, '0')
           placing '-' from 9 for 0
         ) || '-7'
         from 1 for 15
       )::uuid,
       opened.kind,
       opened.resource_id,
       opened.block_id,
       jsonb_build_object('version', opened.version, 'to', opened.settings)
from (
  select listing_id, 'listing_opened' as kind, null::uuid as resource_id, null::uuid as block_id,
         version, to_jsonb(listings) - '{listing_id,version,created_at}'::text[] as settings
  from listings
  union all
  select listing_id, 'resource_opened', resource_id, null, version,
         to_jsonb(resources) - '{listing_id,resource_id,private,version,created_at}'::text[]
  from resources
  where not private
  union all
  select listing_id, 'schedule_set', resource_id, null, version,
         jsonb_build_object('spec', spec)
  from schedules
  union all
  select listing_id, 'block_opened', null, block_id, version,
         to_jsonb(blocks)
           - '{listing_id,block_id,name,cut_off_at,to_give_back,version,created_at,updated_at}'::text[]
  from blocks
) as opened;

update nights
set version = 1
where minimum_stay <> 1
  or not on_sale;

insert into journal (listing_id, entry_id, kind, pool_id, detail)
select listing_id,
       overlay(
         gen_random_uuid()::text
         placing overlay(
           lpad(to_hex(floor(extract(epoch from clock_timestamp()) * 1000)::bigint), 12, '0')
           placing '-' from 9 for 0
         ) || '-7'
         from 1 for 15
       )::uuid,
       'night_terms_changed',
       pool_id,
       jsonb_build_object(
         'version', 1,
         'from', jsonb_build_object('minimum_stay', 1, 'on_sale', true),
         'to', jsonb_build_object('minimum_stay', minimum_stay, 'on_sale', on_sale)
       )
from nights
where version = 1;


-- One form for every customer, as docs/guide.md tells it: what nobody sees is left out, accents are
-- composed, white space is single, and an address is in lower case. The letters are listed, because what
-- lower() makes of them depends on the collation of the database.
update reservations
set customer = forms.form
from (
  select distinct customer,
         normalize(
           case
             when strpos(seen, '@') = 0 then seen
             else translate(
               seen,
               'ABCDEFGHIJKLMNOPQRSTUVWXYZÀÁÂÃÄÅÆÇÈÉÊËÌÍÎÏÐÑÒÓÔÕÖØÙÚÛÜÝÞĀĂĄĆĈĊČĎĐĒĔĖĘĚĜĞĠĢĤĦĨĪĬĮĲĴĶĹĻĽĿŁŃŅŇŊŌŎŐŒŔŖŘŚŜŞŠŢŤŦŨŪŬŮŰŲŴŶŸŹŻŽƁƂƄƆƇƉƊƋƎƏƐƑƓƔƖƗƘƜƝƟƠƢƤƦƧƩƬƮƯƱƲƳƵƷƸƼǄǅǇǈǊǋǍǏǑǓǕǗǙǛǞǠǢǤǦǨǪǬǮǱǲǴǶǷǸǺǼǾȀȂȄȆȈȊȌȎȐȒȔȖȘȚȜȞȠȢȤȦȨȪȬȮȰȲȺȻȽȾɁɃɄɅɆɈɊɌɎͰͲͶͿΆΈΉΊΌΎΏΑΒΓΔΕΖΗΘΙΚΛΜΝΞΟΠΡΣΤΥΦΧΨΩΪΫϏϘϚϜϞϠϢϤϦϨϪϬϮϴϷϹϺϽϾϿЀЁЂЃЄЅІЇЈЉЊЋЌЍЎЏАБВГДЕЖЗИЙКЛМНОПРСТУФХЦЧШЩЪЫЬЭЮЯѠѢѤѦѨѪѬѮѰѲѴѶѸѺѼѾҀҊҌҎҐҒҔҖҘҚҜҞҠҢҤҦҨҪҬҮҰҲҴҶҸҺҼҾӀӁӃӅӇӉӋӍӐӒӔӖӘӚӜӞӠӢӤӦӨӪӬӮӰӲӴӶӸӺӼӾԀԂԄԆԈԊԌԎԐԒԔԖԘԚԜԞԠԢԤԦԨԪԬԮԱԲԳԴԵԶԷԸԹԺԻԼԽԾԿՀՁՂՃՄՅՆՇՈՉՊՋՌՍՎՏՐՑՒՓՔՕՖḀḂḄḆḈḊḌḎḐḒḔḖḘḚḜḞḠḢḤḦḨḪḬḮḰḲḴḶḸḺḼḾṀṂṄṆṈṊṌṎṐṒṔṖṘṚṜṞṠṢṤṦṨṪṬṮṰṲṴṶṸṺṼṾẀẂẄẆẈẊẌẎẐẒẔẞẠẢẤẦẨẪẬẮẰẲẴẶẸẺẼẾỀỂỄỆỈỊỌỎỐỒỔỖỘỚỜỞỠỢỤỦỨỪỬỮỰỲỴỶỸỺỼỾἈἉἊἋἌἍἎἏἘἙἚἛἜἝἨἩἪἫἬἭἮἯἸἹἺἻἼἽἾἿὈὉὊὋὌὍὙὛὝὟὨὩὪὫὬὭὮὯᾈᾉᾊᾋᾌᾍᾎᾏᾘᾙᾚᾛᾜᾝᾞᾟᾨᾩᾪᾫᾬᾭᾮᾯᾸᾹᾺᾼῈῊῌῘῙῚῨῩῪῬῸῺῼＡＢＣＤＥＦＧＨＩＪＫＬＭＮＯＰＱＲＳＴＵＶＷＸＹＺ',
               'abcdefghijklmnopqrstuvwxyzàáâãäåæçèéêëìíîïðñòóôõöøùúûüýþāăąćĉċčďđēĕėęěĝğġģĥħĩīĭįĳĵķĺļľŀłńņňŋōŏőœŕŗřśŝşšţťŧũūŭůűųŵŷÿźżžɓƃƅɔƈɖɗƌǝəɛƒɠɣɩɨƙɯɲɵơƣƥʀƨʃƭʈưʊʋƴƶʒƹƽǆǆǉǉǌǌǎǐǒǔǖǘǚǜǟǡǣǥǧǩǫǭǯǳǳǵƕƿǹǻǽǿȁȃȅȇȉȋȍȏȑȓȕȗșțȝȟƞȣȥȧȩȫȭȯȱȳⱥȼƚⱦɂƀʉʌɇɉɋɍɏͱͳͷϳάέήίόύώαβγδεζηθικλμνξοπρστυφχψωϊϋϗϙϛϝϟϡϣϥϧϩϫϭϯθϸϲϻͻͼͽѐёђѓєѕіїјљњћќѝўџабвгдежзийклмнопрстуфхцчшщъыьэюяѡѣѥѧѩѫѭѯѱѳѵѷѹѻѽѿҁҋҍҏґғҕҗҙқҝҟҡңҥҧҩҫҭүұҳҵҷҹһҽҿӏӂӄӆӈӊӌӎӑӓӕӗәӛӝӟӡӣӥӧөӫӭӯӱӳӵӷӹӻӽӿԁԃԅԇԉԋԍԏԑԓԕԗԙԛԝԟԡԣԥԧԩԫԭԯաբգդեզէըթժիլխծկհձղճմյնշոչպջռսվտրցւփքօֆḁḃḅḇḉḋḍḏḑḓḕḗḙḛḝḟḡḣḥḧḩḫḭḯḱḳḵḷḹḻḽḿṁṃṅṇṉṋṍṏṑṓṕṗṙṛṝṟṡṣṥṧṩṫṭṯṱṳṵṷṹṻṽṿẁẃẅẇẉẋẍẏẑẓẕßạảấầẩẫậắằẳẵặẹẻẽếềểễệỉịọỏốồổỗộớờởỡợụủứừửữựỳỵỷỹỻỽỿἀἁἂἃἄἅἆἇἐἑἒἓἔἕἠἡἢἣἤἥἦἧἰἱἲἳἴἵἶἷὀὁὂὃὄὅὑὓὕὗὠὡὢὣὤὥὦὧᾀᾁᾂᾃᾄᾅᾆᾇᾐᾑᾒᾓᾔᾕᾖᾗᾠᾡᾢᾣᾤᾥᾦᾧᾰᾱὰᾳὲὴῃῐῑὶῠῡὺῥὸὼῳａｂｃｄｅｆｇｈｉｊｋｌｍｎｏｐｑｒｓｔｕｖｗｘｙｚ'
             )
           end,
           NFC
         ) as form
  from (
    select customer,
           btrim(
             regexp_replace(
               normalize(
                 regexp_replace(
                   customer,
                   '[\u00AD\u034F\u061C\u115F\u1160\u17B4\u17B5\u180B-\u180F\u200B-\u200F\u202A-\u202E\u2060-\u206F\u3164\uFE00-\uFE0F\uFEFF\uFFA0\uFFF0-\uFFF8\U0001BCA0-\U0001BCA3\U0001D173-\U0001D17A\U000E0000-\U000E0FFF]',
                   '',
                   'g'
                 ),
                 NFC
               ),
               '[ \u00A0\u1680\u2000-\u200A\u202F\u205F\u2028\u2029\u3000]+',
               ' ',
               'g'
             )
           ) as seen
    from reservations
    where customer ~ '[^a-z0-9@._:+-]'
  ) as spelled
) as forms
where reservations.customer = forms.customer
  and forms.form <> forms.customer
  and forms.form <> '';
