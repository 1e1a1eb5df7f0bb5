"""Nouns of people, of what they belong to and what they do together, common first within each concept."""

PEOPLE_NOUNS: dict[str, str] = {
    "person": """
        man woman/women child/children boy girl friend baby guest neighbour stranger visitor adult person/people
        pupil lady gentleman star fan youth teenager owner member leader passenger enemy hero/heroes partner citizen
        customer tourist traveller witness fool genius villain expert beginner volunteer prisoner refugee victim
        winner loser rival candidate survivor orphan tenant landlord host colleague companion pilgrim beggar hermit
        giant dwarf/dwarves giantess stepchild/stepchildren toddler newcomer villager islander foreigner pedestrian
        cyclist rider swimmer runner climber camper spectator listener reader speaker onlooker buyer seller lodger
        hiker ally bully liar miser rebel player champion author director boss worker dealer god umpire chairman""",
    "profession": """
        teacher doctor farmer nurse soldier king queen driver writer cook baker captain lawyer sailor artist judge
        engineer student painter singer pilot carpenter gardener waiter actor prince princess shepherd fisherman
        tailor butcher builder hunter priest scientist dentist journalist librarian merchant servant guard ruler
        musician blacksmith miller potter weaver shopkeeper secretary manager plumber electrician mechanic president
        minister mayor general officer detective spy thief/thieves pirate knight monk nun bishop clown dancer poet
        sculptor photographer architect chemist physicist biologist historian philosopher mathematician astronomer
        programmer accountant banker cashier clerk porter postman barber hairdresser cobbler mason miner lumberjack
        beekeeper brewer goldsmith jeweller locksmith optician surgeon vet midwife/midwives therapist professor
        lecturer tutor coach referee pitcher goalkeeper boxer wrestler jockey diver firefighter lifeguard janitor
        butler maid nanny governess composer conductor pianist violinist drummer editor publisher reporter
        translator interpreter ambassador diplomat senator governor emperor empress duke duchess baron earl archer
        inventor explorer wizard witch magician juggler acrobat inspector sheriff ranger sergeant""",
    "relative": """
        mother father brother sister son daughter uncle aunt wife/wives husband cousin grandmother grandfather twin
        parent grandson nephew niece granddaughter bride groom widow widower stepmother stepfather grandparent
        godmother godfather heir ancestor fiance spouse sibling grandchild/grandchildren""",
    "group": """
        family team class crowd group committee army crew board band club jury party staff choir tribe gang flock
        herd audience orchestra council nation couple panel squad troop fleet mob pair trio swarm pack congregation
        delegation cabinet parliament dynasty clan guild regiment expedition queue majority minority generation
        household neighbourhood community population""",
    "organisation": """
        company school bank university government court firm hospital union association agency ministry charity
        newspaper branch mint college institute academy society department navy embassy corporation foundation
        laboratory bureau partnership cooperative enterprise federation league startup airline broadcaster tribunal""",
    "region": """
        country state province county region district kingdom continent border colony territory republic empire zone
        duchy hemisphere homeland frontier borough parish constituency""",
    "settlement": """
        town city village capital suburb hamlet settlement resort metropolis camp outpost township""",
    "event": """
        meeting wedding war game match race journey trip concert election festival accident case exam holiday lesson
        fire funeral battle birthday visit competition conference ceremony jam performance crime murder adventure
        picnic parade robbery earthquake explosion rescue revolution strike trial suit interview sale walk show
        feast tie drill experiment sentence debate argument discovery disaster escape attack arrival departure
        auction banquet rehearsal premiere reunion rebellion crash collision shipwreck famine plague siege invasion
        voyage excursion hike pilgrimage marathon tournament duel quarrel celebration coronation inauguration
        anniversary graduation exhibition lecture seminar riot protest raid scandal blackout fight""",
    "sport": """
        football~ tennis~ cricket~ swimming~ running~ chess~ basketball~ rugby~ golf~ boxing~ hockey~ skiing~
        cycling~ sailing~ baseball~ volleyball~ rowing~ wrestling~ skating~ badminton~ fencing~ archery~ gymnastics~
        judo~ climbing~ surfing~ hiking~ fishing~ diving~ athletics~ handball~ bowling~ croquet~ snooker~ darts~
        polo~""",
    "game": """
        card dice puzzle riddle deck checkers~ dominoes~ quiz/quizzes poker~ crossword jigsaw lottery raffle charade
        hopscotch~ backgammon~ pawn jackpot bet ace joker""",
    "language": """
        word language name sentence letter question answer verb noun adjective vowel consonant alphabet phrase title
        grammar~ dialect accent syllable proverb spelling~ comma adverb pronoun idiom slang~ suffix prefix synonym
        metaphor rhyme translation~ vocabulary quotation abbreviation hyphen apostrophe prayer""",
    "music": """
        song music~ note tune melody rhythm chord key scale anthem hymn lullaby opera symphony sonata ballad chorus
        waltz overture concerto harmony refrain carol duet quartet beat serenade aria""",
    "sound": """
        noise voice sound cry whisper shout laugh bark scream racket echo/echoes sigh groan bang click roar rumble
        murmur moan buzz hiss rattle giggle splash sob squeak thud crack clatter chime howl growl hum snore creak
        purr rustle jingle yell""",
}
