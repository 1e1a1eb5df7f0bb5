"""Nouns of what lives and what the earth and the sky are made of, common first within each concept."""

NATURE: dict[str, str] = {
    "animal": """
        animal dog cat horse cow pig mouse/mice rabbit sheep/sheep lion bear wolf/wolves fox goat elephant monkey
        tiger deer/deer bat rat donkey camel squirrel seal calf/calves lamb puppy kitten whale dolphin giraffe zebra
        hedgehog badger beaver otter leopard buffalo/buffaloes ox/oxen mole hippo rhino kangaroo koala panda
        bison/bison moose/moose hyena jackal weasel ferret hamster gorilla chimpanzee antelope gazelle llama walrus
        mule pony foal piglet hound stallion mare bull boar hare marten lynx cheetah panther coyote raccoon skunk
        porcupine armadillo sloth anteater baboon lemur reindeer/reindeer elk/elk yak vole shrew dormouse/dormice
        stoat""",
    "bird": """
        bird hen duck crow eagle owl robin goose/geese swan crane pigeon sparrow parrot hawk chicken rooster gull
        dove raven turkey peacock woodpecker penguin stork heron blackbird swallow finch falcon nightingale magpie
        lark starling cuckoo thrush wren kingfisher pelican flamingo ostrich vulture jay jackdaw rook kiwi puffin
        albatross buzzard kite partridge pheasant quail canary toucan emu cormorant plover curlew duckling gosling
        songbird""",
    "fish": """
        fish/fish salmon/salmon trout/trout shark cod/cod tuna eel carp/carp herring pike/pike perch/perch bass/bass
        sole ray mackerel haddock/haddock sardine anchovy halibut/halibut plaice/plaice minnow goldfish/goldfish
        swordfish/swordfish catfish/catfish sturgeon turbot barracuda piranha stickleback lamprey seahorse""",
    "insect": """
        insect bee ant fly butterfly spider beetle moth wasp cricket worm mosquito/mosquitoes flea snail grasshopper
        ladybird caterpillar dragonfly slug tick louse/lice cockroach earwig termite hornet bumblebee centipede
        locust gnat midge aphid mayfly firefly scorpion mantis weevil""",
    "reptile": """
        snake frog lizard turtle toad tortoise crocodile alligator viper newt python adder cobra gecko chameleon
        iguana salamander tadpole rattlesnake""",
    "tree": """
        tree oak pine willow birch palm elm ash maple fir beech cedar poplar holly yew spruce alder cypress hawthorn
        rowan larch sycamore hazel hornbeam linden acacia juniper redwood eucalyptus""",
    "flower": """
        flower rose lily tulip daisy sunflower poppy daffodil orchid bluebell snowdrop iris carnation dandelion
        crocus foxglove marigold pansy primrose hyacinth peony geranium jasmine buttercup dahlia camellia lotus
        magnolia begonia gardenia cornflower snapdragon""",
    "plant": """
        plant grass~ leaf/leaves root seed bush branch trunk bark~ moss~ fern ivy~ bulb hedge weed stem twig mint~
        clover~ reed thorn petal blossom bud vine stalk shrub cactus/cacti nettle thistle seaweed~ straw~ hay~
        heather~ bramble herb sprout shoot log stump acorn cone bamboo~ algae~ lichen~ mushroom toadstool hop wheat~
        barley~ oat rye~ maize~ cotton~ sapling seedling creeper lawn shell peel""",
    "fruit": """
        fruit apple orange banana pear plum grape cherry lemon peach berry strawberry/strawberries melon nut date
        fig raspberry blueberry blackberry apricot lime mango/mangoes pineapple coconut kiwi walnut almond hazelnut
        chestnut currant gooseberry grapefruit/grapefruit nectarine pomegranate raisin cranberry tangerine papaya
        quince elderberry pecan cashew pistachio""",
    "vegetable": """
        vegetable potato/potatoes onion carrot tomato/tomatoes bean cabbage pea lettuce cucumber pepper radish
        pumpkin cauliflower leek beetroot turnip celery~ spinach~ broccoli~ aubergine courgette parsnip lentil
        chickpea artichoke asparagus~ kale~ garlic~ chilli/chillies squash/squashes yam shallot olive sprig truffle""",
    "weather": """
        weather~ rain~ snow~ wind storm sun~ cloud fog~ ice~ frost~ thunder~ shower bolt lightning~ mist~ hail~
        breeze sunshine~ gale drizzle~ heat~ rainbow blizzard drought flood hurricane tornado/tornadoes dew~ gust
        sleet~ heatwave snowflake raindrop icicle thunderstorm downpour whirlwind haze~ snowdrift flash""",
    "water": """
        river lake sea stream ocean spring pond wave pool canal bay waterfall current tide brook lagoon puddle
        strait creek swamp marsh rapids/rapids inlet fjord delta estuary reservoir fountain torrent whirlpool
        glacier ripple backwater tributary gulf moat water~ well""",
    "place": """
        hill mountain field forest valley beach island garden road path park wood bank square farm meadow desert
        street court yard plot mine cave coast harbour port shore cliff bridge lane orchard vineyard jungle plain
        pasture canyon cape ridge peak slope summit crossroads/crossroads gorge dune quarry peninsula track trail
        clearing grove heath moor playground graveyard courtyard alley avenue motorway pavement pier quay market
        crater volcano/volcanoes ditch oasis/oases plateau prairie ravine terrace campsite battlefield wasteland
        roundabout junction racecourse footpath seaside hillside roadside riverside ring dock pitch land~""",
    "sky": """
        moon star sky planet comet sunrise sunset horizon galaxy earth~ meteor satellite constellation eclipse
        asteroid nebula orbit moonlight~ starlight~ daylight~""",
    "body": """
        hand eye head face foot/feet hair~ arm leg ear nose heart mouth back tooth/teeth finger neck skin~ knee
        shoulder nail tail wing bone chest toe blood~ tongue lip brain stomach/stomachs horn elbow chin cheek beard
        wrist thumb ankle pupil palm temple organ bill paw claw fur~ feather beak throat muscle lung liver kidney
        brow forehead eyebrow hip thigh shin heel jaw fist belly rib spine skull nerve vein mole moustache eyelid
        eyelash/eyelashes fin hoof/hooves mane antler snout whisker tusk gill fang waist gum tear knuckle freckle
        breath~""",
    "material": """
        stone~ glass~ paper~ plastic~ wool~ leather~ clay~ sand~ rubber~ silk~ brick concrete~ cloth~ wax~ marble~
        linen~ cement~ timber~ cardboard~ velvet~ board oil~ coal~ mud~ soil~ gravel~ dust~ chalk~ paint~ glue~ ink~
        foam~ canvas~ denim~ granite~ ivory~ nylon~ plaster~ porcelain~ slate~ tar~ varnish~ petrol~ gas~ soap~
        cork~ limestone~ sandstone~ asphalt~ felt~ lace~ resin~ charcoal~ plywood~ satin~ plank pane silicon~ fuel~
        smoke~ steam~ rock air~ shampoo~""",
    "metal": """
        metal~ gold~ silver~ iron~ steel~ copper~ bronze~ brass~ lead~ tin~ zinc~ aluminium~ nickel~ platinum~
        titanium~ mercury~ chrome~ tungsten~ cobalt~ uranium~ magnesium~ pewter~ ore rust~""",
    "jewel": """
        ring diamond pearl ruby crown necklace emerald bracelet gem sapphire brooch earring jewel opal amber~ topaz
        pendant amethyst garnet tiara locket jade~ bangle""",
}
