"""Verbs by what they take: a line says who does it, to what (`>`), to whom (`>>`), then the verbs, common first.

`look@at` puts a preposition before the last of these; a ditransitive verb without one takes "to".
"""

PATTERNS: dict[str, str] = {
    "intransitive": """
        people: sleep/slept/slept laugh cry smile wait work dance sing/sang/sung sit/sat/sat stand/stood/stood
        people: rest wake/woke/woken
        people: run/ran/run swim/swam/swum jump fall/fell/fallen listen shout nod+ leave/left/left arrive return
        people: die hesitate complain
        people: apologise sneeze cough yawn scream sigh blush stumble pray sweat tremble shiver snore
        people: kneel/knelt/knelt vanish
        people: disappear relax faint grin+ giggle frown wink whistle hum+ pause succeed fail resign retire
        people: stammer weep/wept/wept
        people: travel+ struggle surrender improve suffer graduate exercise whisper sob+ shrug+ bow daydream
        people: gossip sunbathe
        animal: sleep/slept/slept run/ran/run jump hide/hid/hidden escape wait die breathe stretch limp growl
        animal: hunt graze
        bird: sing/sang/sung fly/flew/flown sleep/slept/slept nest chirp land migrate flutter hop+ peck
        fish: swim/swam/swum dive float escape drift leap
        insect: crawl buzz fly/flew/flown creep/crept/crept hatch swarm
        reptile: crawl hide/hid/hidden creep/crept/crept sleep/slept/slept hiss slither
        grown: grow/grew/grown bloom wither die rot+ thrive sway wilt sprout flower
        weather: come/came/come stop+ return continue pass ease worsen arrive
        sky: shine/shone/shone rise/rose/risen appear vanish glow fade twinkle
        water: flow freeze/froze/frozen rise/rose/risen glitter ripple swell/swelled/swollen foam
        device: work stop+ break/broke/broken fail start overheat beep hum+ click
        vehicle: stop+ leave/left/left arrive crash turn slow accelerate skid+ swerve
        software: crash run/ran/run fail work freeze/froze/frozen hang/hung/hung restart load
        broken: break/broke/broken fall/fell/fallen disappear burn crack wobble shatter rust
        building: stand/stood/stood burn collapse open close crumble
        container: leak burst/burst/burst fall/fell/fallen overflow topple
        event: begin+/began/begun end happen continue start finish fail
        abstract: matter change vanish spread/spread/spread emerge remain last
        idea: matter change spread/spread/spread fail circulate resurface
        quantity: rise/rose/risen fall/fell/fallen grow/grew/grown shrink/shrank/shrunk double change drop+
        quantity: increase decrease vary
        emotion: grow/grew/grown fade vanish return pass linger subside
        body: hurt/hurt/hurt ache tremble bleed/bled/bled heal twitch itch swell/swelled/swollen
        heard: stop+ fade begin+/began/begun echo end resound
        dish: burn cool smell/smelt/smelt spoil simmer steam
        materials: melt burn break/broke/broken shine/shone/shone harden dissolve sparkle bend/bent/bent
        groups: meet/met/met gather vote argue wait win/won/won lose/lost/lost celebrate protest agree cheer
        groups: march scatter assemble
        organisation: grow/grew/grown fail close expand prosper reopen collapse merge
        time: pass come/came/come begin+/began/begun end approach
        illness: spread/spread/spread vanish worsen return
        clothing: shrink/shrank/shrunk fade fit+""",
    "transitive": """
        people > eaten: eat/ate/eaten cook prepare bake taste serve share chew swallow order chop+ peel fry
        people > eaten: roast boil slice burn devour
        people > eaten: nibble grill munch refuse
        people > ingredients: add mix stir+ grind/ground/ground weigh mash sprinkle blend
        people > drunk: drink/drank/drunk pour sip+ spill brew gulp refuse offer
        people > held: take/took/taken hold/held/held find/found/found lose/lost/lost want keep/kept/kept carry
        people > held: use need drop+
        people > held: hide/hid/hidden bring/brought/brought catch/caught/caught throw/threw/thrown lift push
        people > held: pull touch fetch borrow
        people > held: steal/stole/stolen pack wrap+ collect grab+ choose/chose/chosen move examine seize clutch
        people > held: grasp fling/flung/flung
        people > held: toss misplace unpack unwrap+ retrieve store exchange snatch shove drag+
        people > bought: buy/bought/bought sell/sold/sold order choose/chose/chosen deliver return afford
        people > bought: bring/brought/brought import
        people > made: make/made/made build/built/built repair paint clean design mend fix decorate polish
        people > made: invent measure restore
        people > made: inspect construct assemble renovate sketch
        people > broken: break/broke/broken smash damage destroy crack wreck crush dismantle kick
        people > read: read/read/read write/wrote/written sign open print copy tear/tore/torn publish study fold
        people > read: post translate edit
        people > read: burn rewrite/rewrote/rewritten proofread/proofread/proofread scan+ skim+ unfold
        people > worn: wear/wore/worn choose/chose/chosen admire remove
        people > clothing: wash iron sew/sewed/sewn knit+ fold mend stitch
        people > grown: plant water grow/grew/grown cut/cut/cut pick smell/smelt/smelt gather trim+ prune uproot
        people > vehicles: drive/drove/driven park steer hire board stop+ wash rent overtake/overtook/overtaken
        people > machines: start use test install repair operate replace charge upgrade unplug+
        people > seen: see/saw/seen find/found/found watch notice remember draw/drew/drawn describe recognise
        people > seen: photograph observe discover
        people > seen: spot+ glimpse paint like dislike
        people > people: meet/met/met love help know/knew/known hate thank call kiss follow visit marry
        people > people: teach/taught/taught greet invite
        people > people: trust hug+ blame forgive/forgave/forgiven praise warn miss admire punish guide protect
        people > people: save insult annoy
        people > people: respect envy rescue comfort betray deceive tease scold encourage support interview
        people > people: arrest defend hire dismiss
        people > people: introduce ignore avoid interrupt congratulate amuse frighten obey serve question join
        people > people: nudge phone pity adopt
        people > people: embarrass convince rob+ cheat console flatter mock nurse cure welcome escort challenge
        people > people: imitate kidnap+ bribe
        people > people: resemble tickle accompany summon accuse reassure
        people > beasts: feed/fed/fed stroke catch/caught/caught train chase pet+ tame love hunt rescue
        people > beasts: breed/bred/bred
        beasts > creatures: chase catch/caught/caught hunt attack eat/ate/eaten watch kill fear stalk
        beasts > people: bite/bit/bitten follow scare chase scratch ignore lick sniff
        beasts > food: eat/ate/eaten steal/stole/stolen smell/smelt/smelt find/found/found devour sniff
        people > places: visit leave/left/left reach enter cross search explore clean guard sweep/swept/swept
        people > places: photograph abandon inhabit
        people > buildings: build/built/built paint own rent lock open close design renovate demolish occupy
        people > waters: cross reach pollute explore
        people > events: attend remember enjoy plan organise miss cancel+ celebrate describe postpone watch
        people > events: prevent witness arrange survive
        people > ideas: understand/understood/understood explain believe discuss accept reject doubt share
        people > ideas: question mention
        people > ideas: consider forget+/forgot/forgotten defend support reveal dismiss oppose adopt
        people > thoughts: mention notice discuss face avoid describe analyse examine
        people > abstract: cause solve change ignore overcome/overcame/overcome
        people > feelings: feel/felt/felt show/showed/shown hide/hid/hidden express conceal
        people > traits: admire praise lack value possess
        people > money: earn pay/paid/paid spend/spent/spent save need count waste invest owe demand collect
        people > sciences: study love teach/taught/taught learn/learnt/learnt hate
        people > sciences: understand/understood/understood master
        people > games: play enjoy love watch teach/taught/taught practise invent prefer+
        people > played: play tune practise buy/bought/bought
        people > heard: hear/heard/heard recognise enjoy ignore record imitate
        people > works: enjoy praise admire create criticise perform love finish interpret
        people > texts: read/read/read repeat memorise quote translate understand/understood/understood
        people > texts: learn/learnt/learnt spell/spelt/spelt
        people > illnesses: catch/caught/caught survive fear treat cure diagnose
        people > cures: take/took/taken need prescribe buy/bought/bought invent
        people > programs: write/wrote/written test run/ran/run install debug+ delete update launch design download
        people > bodies: wash hurt/hurt/hurt break/broke/broken raise shake/shook/shaken scratch rub+ move stretch
        people > materials: buy/bought/bought use melt cut/cut/cut shape recycle
        people > weapon: carry drop+ aim load fire sharpen
        people > heavens: see/saw/seen watch study photograph observe
        groups > people: choose/chose/chosen invite praise elect dismiss support pay/paid/paid cheer appoint expel+
        groups > ideas: accept reject discuss announce approve support
        groups > events: organise win/won/won hold/held/held cancel+ lose/lost/lost plan
        organisation > organisation: buy/bought/bought fund support sue
        organisation > made: make/made/made sell/sold/sold export produce design build/built/built
        organisation > people: hire dismiss pay/paid/paid train employ
        weather > outdoors: cover reach damage hit/hit/hit flood destroy
        weather > people: surprise wake/woke/woken soak worry please
        event > people: surprise frighten delight tire please shock worry upset+/upset/upset exhaust
        idea > people: surprise please worry inspire confuse interest bother puzzle
        emotion > people: overwhelm fill paralyse haunt
        illness > people: kill weaken strike/struck/struck worry
        works > people: bore please inspire move fascinate delight
        waters > places: divide surround reach flood
        machines > people: help replace annoy serve puzzle
        abstract > abstract: cause change affect require involve""",
    "prepositional": """
        people > people: look@at wait@for talk@to listen@to laugh@at smile@at speak@to/spoke/spoken shout@at
        people > people: wave@to live@with
        people > people: argue@with agree@with work@for write@to/wrote/written rely@on depend@on care@for
        people > people: dream@of think@of/thought/thought
        people > people: worry@about apologise@to point@at stare@at glance@at whisper@to nod+@at wink@at
        people > people: believe@in travel+@with
        people > people: shout@for vote@for dance@with quarrel+@with flirt@with stand@by/stood/stood compete@with
        people > seen: look@at stare@at point@at glance@at talk@about search@for gaze@at
        people > held: look@for pay@for/paid/paid ask@for search@for reach@for
        people > things: play@with deal@with/dealt/dealt look@after trip+@over
        people > thoughts: think@about/thought/thought talk@about worry@about believe@in insist@on care@about
        people > thoughts: hear@of/heard/heard dream@of
        people > thoughts: know@about/knew/known wonder@about reflect@on disagree@with complain@about object@to
        people > events: wait@for prepare@for talk@about come@to/came/come hear@about/heard/heard
        people > illnesses: suffer@from recover@from die@of complain@of
        people > heard: listen@to wake@to/woke/woken
        people > games: compete@at win@at/won/won cheat@at
        people > money: ask@for pay@with/paid/paid
        people > works: listen@to work@on laugh@at
        beasts > people: stare@at run@after/ran/run hide@from/hid/hidden growl@at jump@at escape@from
        beasts > creatures: run@from/ran/run hide@from/hid/hidden fight@with/fought/fought play@with
        held > people: belong@to
        groups > ideas: vote@for agree@on decide@on argue@about listen@to
        thoughts > thoughts: lead@to/led/led depend@on differ@from result@in""",
    "ditransitive": """
        people > held >> people: give/gave/given show/showed/shown send/sent/sent bring/brought/brought
        people > held >> people: lend/lent/lent hand offer throw/threw/thrown
        people > held >> people: pass sell/sold/sold return leave/left/left buy@for/bought/bought
        people > held >> people: choose@for/chose/chosen fetch@for find@for/found/found
        people > held >> people: deliver post present entrust
        people > made >> people: make@for/made/made build@for/built/built describe sell/sold/sold
        people > document >> people: read/read/read write/wrote/written show/showed/shown send/sent/sent dictate
        people > document >> people: forward
        people > ideas >> people: explain describe mention teach/taught/taught suggest reveal confess propose
        people > money >> people: give/gave/given pay/paid/paid owe lend/lent/lent leave/left/left donate
        people > dish >> people: serve cook@for bake@for offer prepare@for
        people > drink >> people: offer pour@for bring/brought/brought serve
        people > music >> people: play@for sing@for/sang/sung teach/taught/taught
        people > creatures >> people: show/showed/shown give/gave/given sell/sold/sold describe
        people > people >> people: introduce
        organisation > money >> people: pay/paid/paid lend/lent/lent offer give/gave/given refund""",
    "motion": """
        people > places: go/went/gone walk come/came/come run/ran/run drive/drove/driven hurry return
        people > places: ride/rode/ridden rush travel+ move
        people > places: wander stroll climb march cycle escape creep/crept/crept flee/fled/fled jog+ race sneak
        people > places: tiptoe step+ crawl
        people > outdoors: walk run/ran/run hike ride/rode/ridden trudge stagger
        people > waters: walk swim/swam/swum sail drive/drove/driven come/came/come row paddle
        animal > outdoors: run/ran/run walk come/came/come jump wander trot+ gallop
        bird > outdoors: fly/flew/flown come/came/come return glide soar
        fish > waters: swim/swam/swum glide dart drift
        insect > grown: crawl fly/flew/flown creep/crept/crept hop+
        reptile > outdoors: crawl creep/crept/crept slide/slid/slid slither
        vehicle > places: go/went/gone come/came/come roll move speed/sped/sped
        groups > places: march go/went/gone move come/came/come return travel+""",
    "located": """
        people > places: live wait stand/stood/stood sit/sat/sat work stay sleep/slept/slept hide/hid/hidden
        people > places: kneel/knelt/knelt rest
        beasts > outdoors: live sleep/slept/slept wait stand/stood/stood hide/hid/hidden sit/sat/sat
        fish > waters: live swim/swam/swum hide/hid/hidden
        held > furniture: lie/lay/lain stand/stood/stood
        held > room: lie/lay/lain stand/stood/stood
        grown > outdoors: grow/grew/grown stand/stood/stood bloom
        buildings > outdoors: stand/stood/stood
        groups > places: meet/met/met gather wait work assemble""",
    "says": """
        people: say/said/said think/thought/thought know/knew/known believe hope fear claim hear/heard/heard
        people: explain remember see/saw/seen
        people: forget+/forgot/forgotten notice promise realise admit+ deny discover announce insist
        people: feel/felt/felt guess suspect suppose
        people: imagine declare doubt understand/understood/understood learn/learnt/learnt decide agree argue
        people: dream conclude report
        people: predict repeat confess pretend prove observe assume expect recall boast swear/swore/sworn
        people: mention complain confirm
        people: whisper shout regret+ worry calculate estimate reveal conjecture
        groups: announce claim decide say/said/said hope report deny declare warn admit+ insist believe confirm
        groups: promise
        read: say/said/said show/showed/shown prove explain claim suggest report state""",
    "quotes": """
        people: say/said/said ask reply answer shout cry whisper call add explain announce mutter exclaim murmur
        people: sigh groan
        people: laugh insist remark repeat scream continue begin+/began/begun demand grumble snap+ bellow mumble
        people: stammer interrupt""",
    "tells": """
        people > people: tell/told/told remind warn promise assure inform convince persuade show/showed/shown
        people > people: teach/taught/taught notify
        groups > people: tell/told/told warn inform promise assure""",
    "asks": """
        people: ask wonder know/knew/known see/saw/seen remember forget+/forgot/forgotten decide check guess
        people: discover explain consider
        people: learn/learnt/learnt doubt understand/understood/understood investigate inquire
        groups: ask decide discuss consider know/knew/known debate""",
    "wants": """
        people: want try hope decide need like love plan promise refuse start begin+/began/begun
        people: forget+/forgot/forgotten learn/learnt/learnt
        people: agree remember hate manage fail prefer+ intend expect offer threaten hesitate pretend
        people: choose/chose/chosen attempt long
        people: prepare struggle wish dare deserve aim vow swear/swore/sworn strive/strove/striven
        animate: want try like love start begin+/began/begun
        groups: decide plan want hope agree refuse try promise threaten fail vote""",
    "orders": """
        people > people: ask tell/told/told help want allow order force teach/taught/taught invite persuade
        people > people: advise expect beg+ encourage
        people > people: warn remind forbid+/forbade/forbidden urge permit+ command instruct request compel+
        groups > people: ask order allow force invite expect""",
    "enjoys": """
        people: like love enjoy stop+ hate start keep/kept/kept finish begin+/began/begun avoid continue
        people: practise imagine miss mind quit/quit/quit
        people: regret+ suggest consider dislike dread postpone resume
        animate: like love enjoy stop+ start keep/kept/kept
        groups: start stop+ finish consider continue""",
    "copula": """
        anything: be/was/been seem become/became/become look remain appear stay""",
    "feels": """
        people: be/was/been feel/felt/felt look seem become/became/become sound grow/grew/grown remain
        people: get/got/got stay""",
    "senses": """
        eaten: taste smell/smelt/smelt look
        drunk: taste smell/smelt/smelt look
        heard: sound
        grown: smell/smelt/smelt look
        clothing: feel/felt/felt look""",
    "impersonal": """
        weather: rain snow hail drizzle thunder pour freeze/froze/frozen""",
}

DOUBLE_OBJECT = """give show send bring lend hand offer throw pass sell leave buy fetch find make build read write teach
    pay owe cook bake serve pour play sing tell promise"""
"""Ditransitive verbs that can also say whom first: gave Mary the book."""

FACTIVE = "know remember notice realise discover understand regret see forget learn recall reveal prove admit confirm"
"""Verbs of saying after which the clause is true."""

POSITIVE = """love like enjoy praise admire help thank hug kiss smile laugh celebrate trust protect save rescue comfort
    encourage support delight please inspire welcome congratulate respect thrive succeed win hope prosper fascinate cure
    heal forgive cheer improve reassure"""
NEGATIVE = """hate dislike fear blame insult annoy punish betray deceive destroy damage break steal cry weep scream fail
    lose suffer complain frighten mock rob cheat attack kill hurt crash die regret dread wreck smash
    bribe kidnap shock upset worry bother bore scold threaten collapse worsen criticise reject
    haunt weaken embarrass spoil rot"""
