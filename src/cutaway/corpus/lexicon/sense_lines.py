"""Every word with two senses, each in a paragraph of two lines; the notation is told in `senses.py`."""

LINES = """
bank.river place | water boat reed stream willow fisherman mud duck current:water
    | follow reach flood climb | muddy steep green grassy
bank.money organisation | loan account money coin cashier mortgage cheque robbery
    | rob+ trust sue own | private rich national honest
bat.animal animal | cave wing owl night moth darkness dusk attic
    | fear watch hear/heard study | black nocturnal blind furry
bat.sport gear | ball cricket:sport baseball glove helmet pitcher:profession team umpire
    | swing/swung grip+ buy/bought drop+ | wooden heavy broken smooth
spring.water water | river well rock stream fountain pond moss thirst
    | find/found drink/drank/drunk reach discover | clear cool hot hidden
spring.season time | summer winter autumn flower blossom bud season month
    | enjoy await love welcome | early warm rainy mild
match.game event | team goal referee football goalkeeper stadium tennis victory
    | win/won lose/lost watch play | exciting final boring fair
match.fire tool | fire candle smoke pipe:tool stove fireplace lamp chimney
    | light/lit burn strike/struck drop+ | wet burnt short dry
crane.bird bird | heron marsh wing nest stork feather swan lake
    | watch feed/fed photograph spot+ | grey graceful wild rare
crane.machine device | builder brick hook steel tower harbour engineer concrete
    | operate repair drive/drove/driven move | tall rusty yellow heavy
mouse.animal animal | cat cheese hole tail owl barn trap whisker
    | catch/caught chase hear/heard feed/fed | grey hungry tiny timid
mouse.device device | keyboard screen computer cursor laptop cable printer icon
    | click connect move replace | wireless broken cheap new
seal.animal animal | walrus penguin whale ice sea dolphin coast fish
    | watch feed/fed rescue hunt | wet playful fat grey
seal.stamp stationery | letter:document wax envelope document treaty king ring:jewel charter
    | break/broke/broken press open use | royal official red old
club.group group | member dance band meeting committee membership president fee
    | join leave/left found enter | private exclusive popular small
club.gear gear | golf ball bag grass hole player tournament swing
    | swing/swung grip+ carry break/broke/broken | heavy expensive metal new
nail.body body | finger thumb hand toe skin glove knuckle claw
    | cut/cut paint bite/bit/bitten clean | long dirty broken sharp
nail.tool tool | hammer wood board:material carpenter wall screw plank saw
    | hammer pull bend/bent drive/drove/driven | rusty iron bent long
palm.tree tree | coconut beach island desert oasis sand jungle lagoon
    | plant climb cut/cut water | tall tropical green slender
palm.body body | hand finger thumb wrist skin glove fist knuckle
    | read/read open scratch press | sweaty open rough warm
trunk.tree plant | branch:plant bark:plant leaf root:plant oak forest axe stump
    | cut/cut climb saw/sawed/sawn carve | thick hollow mossy fallen
trunk.box container | suitcase attic clothing lid lock journey key:tool bag
    | pack open close carry | heavy leather dusty full
bark.tree plant | trunk:plant branch:plant oak birch moss beetle forest beaver
    | peel strip+ scratch carve | rough brown thick dry
bark.sound sound | dog puppy growl howl hound tail kennel leash
    | hear/heard ignore fear record | loud sudden angry deep
ring.jewel jewel | finger wedding diamond bride gold jeweller bracelet necklace
    | wear/wore/worn lose/lost buy/bought steal/stole/stolen | golden precious expensive beautiful
ring.sport place | boxer wrestler glove referee rope fight champion crowd
    | enter leave/left surround watch | square noisy crowded empty
organ.body body | heart liver lung kidney stomach surgeon blood brain
    | remove examine damage protect | healthy vital weak sick
organ.music instrument | church choir hymn music pipe:instrument concert cathedral key:music
    | play hear/heard tune build/built | loud old solemn grand
key.lock tool | door lock gate cupboard drawer safe chain entrance
    | turn lose/lost hide/hid/hidden copy | rusty spare small missing
key.music music | melody piano chord scale:music song note:music symphony tune
    | change sing/sang/sung transpose choose/chose/chosen | major minor low different
note.paper document | letter:document desk pen:stationery paper message notebook pencil page
    | write/wrote/written read/read leave/left hide/hid/hidden | short handwritten secret anonymous
note.music music | melody piano song chord singer violin tune flute
    | sing/sang/sung hear/heard play hold/held | high low false long
letter.post document | envelope stamp postman postcard address paper parcel mail
    | write/wrote/written send/sent open post | long kind anonymous handwritten
letter.sign language | alphabet word vowel consonant syllable spelling sentence:language comma
    | spell/spelt pronounce write/wrote/written erase | first capital silent double
chip.food food | fish salt vinegar ketchup potato burger sausage oil
    | eat/ate/eaten fry share salt | greasy hot crisp salty
chip.device device | computer circuit silicon engineer processor phone memory factory
    | design install produce replace | tiny electronic fast faulty
pitcher.jug container | water milk glass:container jug lemonade cup table:furniture juice
    | fill pour empty break/broke/broken | full empty clay heavy
pitcher.player profession | ball baseball bat:gear coach team glove stadium game
    | hire cheer train watch | young famous tired talented
file.document document | folder desk office archive page drawer report secretary
    | open read/read copy lose/lost | secret thick missing official
file.tool tool | metal saw iron:metal nail:tool hammer blacksmith locksmith chisel
    | use sharpen borrow buy/bought | rough steel blunt heavy
pen.ink stationery | ink paper pencil letter:document notebook desk writer signature
    | use borrow fill lose/lost | blue expensive leaky new
pen.animals building | pig sheep cow fence farmer goat straw lamb
    | build/built clean open close | muddy crowded wooden empty
port.harbour place | ship boat sailor harbour cargo ferry dock sea
    | enter leave/left reach visit | busy foreign small distant
port.wine drink | wine glass:container bottle cheese brandy cellar dinner sherry
    | drink/drank/drunk pour sip+ taste | sweet old red expensive
date.fruit fruit | fig nut:fruit raisin almond palm:tree honey orange:fruit fruit
    | eat/ate/eaten chew buy/bought dry | sweet dried sticky ripe
date.time time | calendar month year week birthday meeting diary deadline
    | forget+/forgot/forgotten choose/chose/chosen remember change | exact early final important
pupil.school person | teacher school lesson classroom exam textbook desk pencil
    | teach/taught praise punish scold | clever lazy young quiet
pupil.eye body | eye eyelid light iris lens eyelash optician darkness
    | examine widen shrink/shrank/shrunk see/saw/seen | dark black wide round
star.sky sky | moon planet telescope night galaxy comet astronomer sky
    | see/saw/seen observe watch name | bright distant pale huge
star.person person | film actor singer concert fan:person stage camera magazine
    | photograph admire meet/met recognise | famous rich young popular
court.law organisation | judge lawyer crime trial jury witness law thief
    | attend address obey trust | high local fair strict
court.sport place | tennis racket:gear net ball player basketball referee tournament
    | leave/left enter clean measure | wet indoor empty green
racket.gear gear | tennis ball net umpire badminton shuttlecock player tournament
    | swing/swung hold/held break/broke/broken string/strung | light broken expensive new
racket.noise sound | neighbour noise shout drum engine crowd alarm party
    | hear/heard stop+ make/made hate | terrible loud awful sudden
scale.weight device | weight kitchen flour sugar pound:quantity gram doctor butcher
    | use read/read buy/bought check | digital exact old faulty
scale.music music | piano note:music key:music melody chord violin pianist tune
    | play practise sing/sang/sung learn/learnt | major minor simple slow
bow.weapon weapon | arrow archer target quiver hunter spear string deer
    | draw/drew/drawn bend/bent aim carry | wooden strong long powerful
bow.ribbon clothing | ribbon dress hair silk costume gift girl parcel
    | tie/tied wear/wore/worn untie/untied admire | pink pretty red silky
fan.device device | heat air summer motor window switch blade breeze
    | start stop+ plug+ repair | electric noisy cool broken
fan.person person | singer star:person concert team band football autograph ticket
    | greet thank meet/met invite | loyal enthusiastic young excited
jam.food food | bread toast strawberry butter breakfast jar sugar spoon
    | spread/spread eat/ate/eaten make/made taste | sweet sticky homemade red
jam.traffic event | car lorry motorway traffic bus driver accident road
    | avoid cause leave/left report | endless long slow terrible
plot.story idea | novel film story character author hero book ending
    | invent understand/understood describe praise | clever simple exciting boring
plot.land place | garden farmer fence house land vegetable soil owner
    | buy/bought sell/sold dig+/dug measure | small green empty stony
plant.living plant | leaf flower seed root:plant garden soil sun pot
    | water grow/grew/grown pick pot+ | green rare dry tall
plant.factory building | worker machine engineer steel chimney factory smoke strike
    | close build/built open manage | chemical modern huge noisy
table.furniture furniture | chair kitchen plate dinner cloth lamp cup wood
    | lay/laid clean set/set wipe | wooden round long low
table.numbers document | number column row page figure chart result statistics
    | read/read fill print check | long complete detailed statistical
tie.clothing clothing | shirt collar jacket wedding office silk waistcoat shoe
    | wear/wore/worn loosen choose/chose/chosen knot+ | striped silk elegant blue
tie.draw event | match:event team goal score game referee champion victory
    | expect avoid report accept | surprising lucky goalless unfair
bolt.tool tool | screw nut:tool door wrench metal spanner lock engine
    | tighten loosen slide/slid oil | rusty loose heavy steel
bolt.lightning weather | thunder storm lightning rain cloud sky flash thunderstorm
    | see/saw/seen fear watch photograph | bright sudden blinding distant
glass.material material | window mirror vase sand lens pane greenhouse crystal
    | break/broke/broken melt cut/cut polish | clear thin thick transparent
glass.drink container | water wine juice cup bottle milk lemonade table:furniture
    | fill empty raise drain | full tall empty cracked
iron.metal metal | steel blacksmith ore anvil furnace copper mine:place rust
    | melt bend/bent forge produce | heavy hot pure rusty
iron.device device | shirt steam board:material cloth collar cotton sleeve skirt
    | heat plug+ use fill | hot electric heavy new
orange.fruit fruit | lemon juice tree peel apple grapefruit orchard tangerine
    | peel squeeze eat/ate/eaten slice | ripe juicy sweet round
orange.colour colour | red yellow paint brush purple crayon sunset shade
    | choose/chose/chosen mix like love | bright pale deep warm
chest.body body | heart lung rib shoulder arm breath doctor muscle
    | bare examine hurt/hurt rub+ | broad hairy strong sore
chest.box container | treasure gold pirate lock lid coin key:tool jewel
    | open bury hide/hid/hidden find/found | heavy wooden ancient locked
board.group group | director company meeting chairman committee decision president manager
    | join elect convince inform | new powerful angry divided
board.wood material | nail:tool saw carpenter hammer plank wood shelf floor
    | cut/cut paint saw/sawed/sawn nail | thick smooth rough loose
bill.paper document | waiter restaurant money price bank:organisation debt hotel electricity
    | pay/paid send/sent forget+/forgot/forgotten check | high unpaid monthly wrong
bill.bird body | duck swan feather wing pelican goose gull beak
    | open sharpen dip+ clean | yellow long curved broad
temple.building building | priest god monk prayer pillar statue pilgrim altar
    | visit build/built enter destroy | ancient sacred golden ruined
temple.body body | forehead head ear hair headache brow skull vein
    | rub+ touch press massage | grey sweaty left sore
cell.prison room | prisoner guard prison bar thief lock wall escape
    | enter leave/left search lock | dark narrow cold lonely
cell.science science | nucleus biology microscope virus membrane blood gene tissue
    | study divide examine stain | living tiny healthy dead
current.water water | river swimmer boat tide sea ocean stream wave
    | fight/fought cross feel/felt follow | strong dangerous swift cold
current.electricity science | wire battery switch plug bulb:device electron cable magnet
    | measure produce interrupt conduct | electric weak high constant
horn.animal body | bull goat rhino cow head hoof deer buffalo
    | break/broke/broken lower sharpen grow/grew/grown | sharp curved long pointed
horn.music instrument | trumpet orchestra band music brass drum trombone concert
    | play blow/blew/blown hear/heard tune | brass loud golden old
drill.tool tool | hole wall screw carpenter dentist hammer screwdriver wood
    | use hold/held borrow plug+ | electric noisy powerful heavy
drill.practice event | soldier sergeant fire alarm army regiment school uniform
    | practise repeat begin+/began/begun interrupt | daily boring military strict
nut.fruit fruit | squirrel almond walnut shell raisin chocolate cake tree
    | crack eat/ate/eaten hide/hid/hidden chew | hard salty brown ripe
nut.tool tool | bolt:tool screw wrench wheel spanner engine mechanic metal
    | tighten loosen turn oil | rusty loose small steel
ruler.tool stationery | pencil line paper eraser centimetre desk compass inch
    | use borrow hold/held break/broke/broken | straight wooden long plastic
ruler.king profession | king throne kingdom crown queen empire palace law
    | obey fear overthrow/overthrew/overthrown serve | cruel wise powerful just
tank.vehicle vehicle | soldier army war gun battle cannon enemy general
    | drive/drove/driven attack destroy build/built | heavy armoured green fast
tank.container container | water fish petrol oil pump aquarium fuel pipe:tool
    | fill empty clean drain | full leaky empty deep
mole.animal animal | earth tunnel worm garden hill soil lawn paw
    | catch/caught see/saw/seen chase feed/fed | blind black furry small
mole.skin body | skin face cheek doctor arm freckle neck scar
    | remove examine hide/hid/hidden notice | dark brown tiny ugly
suit.clothing clothing | tie:clothing jacket shirt wedding tailor button shoe office
    | wear/wore/worn buy/bought iron sew/sewed/sewn | grey elegant expensive dark
suit.law event | lawyer court:organisation judge company contract money witness claim
    | file lose/lost win/won settle | civil costly long legal
mint.plant plant | tea leaf herb basil garden parsley sauce lemon
    | grow/grew/grown chop+ pick smell/smelt | fresh green fragrant dried
mint.coins organisation | coin gold silver metal money guard bank:organisation currency
    | guard rob+ visit build/built | royal national busy old
square.place place | town fountain market church statue crowd pigeon street
    | cross reach leave/left fill | central busy empty crowded
square.shape shape | circle triangle rectangle side line cube angle geometry
    | draw/drew/drawn paint measure divide | perfect equal small large
pound.money money | penny coin bank:organisation price wallet wage shop banknote
    | spend/spent pay/paid earn owe | extra single last lost
pound.weight quantity | flour butter scale:device sugar potato meat gram ounce
    | lose/lost gain weigh measure | extra full whole half
bass.fish fish | trout salmon river lake net fisherman pike perch:fish
    | catch/caught cook grill fry | fresh big striped tasty
bass.music instrument | guitar drum band concert music singer cello song
    | play tune hear/heard carry | deep electric loud heavy
perch.fish fish | pike trout lake bass:fish net river fisherman carp
    | catch/caught fry grill eat/ate/eaten | fresh small striped bony
perch.seat furniture | parrot cage canary bird wing feather falcon claw
    | leave/left reach build/built clean | high wooden narrow safe
sole.fish fish | plaice cod lemon butter net sea halibut turbot
    | catch/caught fry cook grill | fresh flat tender expensive
sole.shoe clothing | shoe boot heel leather cobbler foot:body sandal slipper
    | repair glue wear/wore/worn replace | worn thick leather rubber
cricket.insect insect | grasshopper meadow grass night beetle leg wing leaf
    | hear/heard catch/caught chase spot+ | green noisy tiny brown
cricket.sport sport | bat:gear ball team match:event umpire lawn pitch player
    | play watch love practise | boring slow popular traditional
kiwi.bird bird | nest egg feather beak wing forest emu ostrich
    | watch protect spot+ feed/fed | shy brown rare nocturnal
kiwi.fruit fruit | banana orange:fruit apple salad juice yoghurt melon mango
    | peel slice eat/ate/eaten buy/bought | ripe green sweet juicy
pipe.tube tool | water plumber gas tap sink drain bathroom bath
    | repair bend/bent replace lay/laid | rusty leaky copper long
pipe.music instrument | flute drum shepherd melody tune dance bagpipe song
    | play hear/heard blow/blew/blown carve | wooden shrill sweet old
bulb.plant plant | tulip garden soil flower daffodil hyacinth pot spade
    | plant dig+/dug water buy/bought | fresh dry round small
bulb.light device | lamp light switch electricity ceiling electrician glow socket
    | replace change break/broke/broken buy/bought | bright broken electric weak
branch.tree plant | leaf trunk:plant bird nest twig oak root:plant squirrel
    | cut/cut break/broke/broken shake/shook/shaken climb | dead thick high green
branch.company organisation | bank:organisation manager company office customer firm staff:group director
    | open close visit manage | local foreign new small
root.plant plant | soil tree leaf stem earth weed carrot trunk:plant
    | dig+/dug cut/cut pull eat/ate/eaten | deep long thick twisted
root.number quantity | number equation algebra square:shape formula mathematics sum digit
    | calculate find/found extract estimate | square positive exact real
deck.ship furniture | ship sailor captain mast sail sea cabin passenger
    | scrub+ wash cross leave/left | upper wet wooden slippery
deck.cards game | card ace poker game joker magician bet dealer
    | shuffle cut/cut deal/dealt buy/bought | full marked new old
shower.rain weather | rain cloud umbrella puddle raincoat storm rainbow sky
    | avoid expect forecast/forecast escape | sudden heavy short cold
shower.bath furniture | soap bathroom towel bath shampoo tap water sponge
    | clean repair use install | hot clean broken new
kite.bird bird | hawk eagle wing feather nest falcon vulture sky
    | watch spot+ observe protect | red wild rare hungry
kite.toy toy | string wind child tail beach breeze ribbon park
    | fly/flew/flown build/built hold/held lose/lost | colourful paper red light
yard.place place | house fence gate dog garden farm hen shed
    | sweep/swept cross clean enter | small dirty muddy empty
yard.length quantity | foot:quantity inch cloth metre mile ruler:stationery length rope
    | measure run/ran/run walk count | whole single full last
mine.place place | coal miner gold shaft tunnel copper lamp pickaxe
    | enter close dig+/dug explore | deep abandoned dark old
mine.weapon weapon | soldier bomb army war explosion grenade ship submarine
    | lay/laid find/found hit/hit remove | dangerous deadly hidden old
foot.body body | toe shoe ankle leg heel sock boot knee
    | wash hurt/hurt move raise | left bare sore swollen
foot.length quantity | inch yard:quantity metre height mile ladder depth length
    | measure climb jump drop+ | whole single last full
volume.book document | library shelf page author book encyclopedia novel chapter
    | read/read publish open print | thick heavy second rare
volume.measure quantity | litre cube bottle weight gallon density pressure gas
    | measure calculate reduce double | total large exact small
degree.study document | university student professor college exam thesis diploma lecture
    | earn finish receive deserve | good scientific honorary useless
degree.heat quantity | temperature thermometer fever heat cold oven weather frost
    | measure gain lose/lost read/read | single extra full whole
sentence.words language | word verb comma phrase noun grammar pronoun paragraph
    | write/wrote/written read/read translate finish | long short simple complex
sentence.prison event | judge prison crime prisoner thief jury murder trial
    | serve receive accept fear | harsh fair heavy mild
case.box container | violin lock leather bag lid handle suitcase key:tool
    | open close carry pack | heavy leather empty full
case.law event | lawyer judge court:organisation detective witness crime inspector evidence
    | win/won lose/lost solve study | difficult famous strange unsolved
staff.people group | manager office hotel company boss hospital wage director
    | train hire pay/paid dismiss | friendly new polite tired
staff.stick weapon | shepherd wizard pilgrim wood walk hill sheep stick
    | carry hold/held raise drop+ | long wooden crooked magic
"""
