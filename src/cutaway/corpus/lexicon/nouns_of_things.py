"""Nouns of what people make, use, eat, live in and wear, common first within each concept."""

THINGS_NOUNS: dict[str, str] = {
    "food": """
        bread~ egg meat~ cheese~ rice~ sugar~ butter~ salt~ cake jam~ chip honey~ flour~ biscuit chocolate~ ham~
        sausage sandwich toast~ pasta~ bacon~ steak roll sweet cream~ pie beef~ yoghurt pork~ loaf/loaves noodle
        cereal~ bun mustard~ vinegar~ ketchup~ dough~ crust lard~ margarine~ pastry popcorn~ cracker caramel~
        marmalade~ syrup~ porridge~ oatmeal~ tofu~ mutton~ gravy~ crumb slice lollipop doughnut waffle fudge~""",
    "dish": """
        soup meal dinner lunch breakfast supper stew salad pizza omelette pudding pancake curry sauce roast
        casserole burger snack dessert starter broth lasagne goulash risotto dumpling meatball paella kebab chowder
        pickle custard trifle crumble quiche fritter sorbet""",
    "drink": """
        coffee~ tea~ milk~ wine~ beer~ juice~ lemonade~ cocoa~ port~ brandy~ cider~ whisky~ champagne~ rum~ cocktail
        gin~ vodka~ punch~ smoothie milkshake espresso cordial~ sherry~ mead~ ale~ soda~""",
    "spice": """
        cinnamon~ ginger~ vanilla~ basil~ parsley~ thyme~ saffron~ nutmeg~ paprika~ cumin~ coriander~ oregano~
        rosemary~ turmeric~ clove dill~ tarragon~ cardamom~ aniseed~ marjoram~""",
    "tool": """
        hammer knife/knives key rope saw axe nail needle brush spade ladder shovel bolt drill file match pipe nut
        screw broom hook rake wrench chisel screwdriver wheelbarrow chain plough lever pump torch whip comb razor
        sponge mop thread~ anvil pickaxe sickle scythe crowbar spanner pulley wedge stick pole wire cable string zip
        spool loom spindle bellows/bellows funnel sieve thermometer compass trowel hoe pitchfork mallet pin peg
        latch lock candle wheel blade shaft handle trap leash drain""",
    "device": """
        phone computer clock camera radio watch television lamp machine chip fan iron mouse/mice engine oven scale bulb
        keyboard screen printer battery fridge robot microphone calculator telescope microscope tablet laptop heater
        alarm headset projector scanner sensor motor dishwasher toaster kettle freezer stove mixer blender router
        antenna switch socket plug charger remote loudspeaker amplifier generator turbine valve gauge barometer
        metronome stopwatch typewriter photocopier detector crane elevator escalator propeller radar thermostat
        joystick webcam drone hologram circuit processor furnace""",
    "vehicle": """
        car train bus ship boat bicycle lorry plane van tram taxi tank ferry truck tractor carriage cart ambulance
        helicopter motorcycle canoe sledge balloon yacht submarine wagon rocket barge raft scooter jeep limousine
        trailer caravan airship glider hovercraft/hovercraft kayak steamer tanker warship locomotive minibus
        spaceship tricycle unicycle sleigh chariot gondola bulldozer""",
    "furniture": """
        table chair bed desk door window shelf/shelves mirror sofa cupboard wall floor carpet bench drawer stool
        curtain wardrobe pillow blanket stair fireplace ceiling armchair cradle bookcase cushion mattress shower
        bath sink sheet rug roof fence gate step chimney bathtub railing hammock quilt chandelier couch throne
        banister wallpaper~ doormat dresser towel tap altar pillar stage perch deck""",
    "clothing": """
        clothing~ shoe hat coat shirt dress jacket sock glove tie scarf/scarves boot belt skirt suit bow uniform
        sweater cap pocket button apron cloak sleeve collar blouse jumper gown helmet slipper sandal costume veil
        mask cardigan waistcoat raincoat mitten hood robe handkerchief shawl sole bonnet turban kilt umbrella wig
        bib vest overcoat nightdress swimsuit tuxedo kimono ribbon""",
    "instrument": """
        piano guitar violin drum flute trumpet organ bell horn pipe harp cello bass whistle trombone clarinet
        saxophone accordion banjo mandolin tuba oboe bassoon lute xylophone tambourine viola harmonica gong cymbal
        bagpipe ukulele fiddle lyre recorder""",
    "container": """
        box bag bottle cup glass basket bucket pot jar bowl barrel case trunk sack suitcase plate tank pan mug
        envelope purse wallet tray jug pitcher can crate vase tub chest flask teapot packet parcel backpack dustbin
        bin carton saucer goblet cauldron canister pouch satchel casket holster tube thermos urn saucepan ashtray
        safe cargo/cargoes cage""",
    "kitchenware": """
        spoon fork ladle whisk spatula grater corkscrew chopstick napkin tablecloth teaspoon colander lid skewer
        peeler""",
    "stationery": """
        pen pencil notebook seal stamp ruler crayon folder eraser sticker paperclip stapler label highlighter
        clipboard sharpener chalkboard marker""",
    "building": """
        house shop church station factory tower castle theatre hotel library museum barn palace plant pen temple
        restaurant office cinema prison mill hut stable cathedral airport cottage tent bakery garage inn pub
        monastery warehouse lighthouse greenhouse windmill shed villa mansion skyscraper hall arena stadium gallery
        clinic kindergarten pharmacy supermarket kiosk chapel abbey convent mosque synagogue pyramid fortress
        bungalow apartment hangar dairy brewery sawmill observatory planetarium aquarium zoo circus casino gym nest
        kennel bar tunnel""",
    "room": """
        room kitchen bedroom bathroom cellar cell attic hallway corridor classroom balcony porch lobby ward studio
        workshop pantry nursery lounge cloakroom basement toilet dungeon vault closet larder sauna entrance exit
        staircase cabin""",
    "document": """
        book letter note table story map list picture page file report bill poem ticket diary photograph message
        article contract document novel magazine form plan volume passport certificate degree dictionary recipe
        timetable menu chapter essay postcard receipt invoice bible manuscript brochure leaflet poster catalogue
        encyclopedia biography script record chart diagram treaty constitution testament petition memo manual guide
        textbook paragraph column headline subtitle summary review draft licence permit cheque email website blog
        questionnaire survey thesis/theses legend fable fairytale almanac atlas calendar newsletter pamphlet archive
        autograph charter diploma signature mail~ address""",
    "toy": """
        doll toy block kite teddy puppet swing slide sandpit dollhouse trampoline figurine boomerang snowman bubble
        catapult""",
    "gear": """
        ball bat racket net club goal ski skate oar surfboard paddle dumbbell puck shuttlecock hurdle trophy medal
        skateboard snorkel saddle rein lasso rucksack harness anchor sail mast target quiver""",
    "weapon": """
        sword gun bow arrow spear mine bomb rifle shield pistol dagger cannon bullet missile staff grenade
        torpedo/torpedoes lance crossbow sling musket""",
    "art": """
        painting statue film drawing portrait play dance sculpture sketch mosaic mural landscape cartoon comedy
        tragedy comic masterpiece tapestry fresco engraving ornament documentary sitcom musical collage""",
    "money": """
        money~ coin pound price dollar wage debt tax fee salary loan penny/pennies account fine rent~ profit
        banknote fortune budget pension discount cash~ income reward deposit mortgage donation bribe treasure~ grant
        scholarship share dividend refund bonus subsidy fare tip interest~ inheritance credit~ ransom currency""",
    "medicine": """
        medicine~ pill drug bandage vaccine injection ointment tonic antidote syringe crutch wheelchair stretcher
        antibiotic painkiller vitamin remedy""",
    "illness": """
        illness cold fever cough disease flu~ headache wound infection injury pain~ toothache allergy measles~
        asthma~ cancer~ rash bruise sprain pneumonia~ cholera~ malaria~ blister sneeze ulcer dizziness~ fracture
        scar""",
}
