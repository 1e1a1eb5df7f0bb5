"""Nouns of what is felt, thought, counted and measured, common first within each concept."""

THOUGHT: dict[str, str] = {
    "emotion": """
        love~ fear joy~ anger~ hope sadness~ happiness~ pride~ shame~ surprise jealousy~ grief~ guilt~ anxiety
        loneliness~ disgust~ envy~ gratitude~ delight disappointment excitement~ boredom~ sorrow despair~ pity~
        relief~ regret hatred~ rage~ worry passion misery~ terror~ horror~ longing amusement~ contempt~ nostalgia~
        panic~ enthusiasm~ sympathy affection~ desire mood feeling bliss~ melancholy~ dread~ awe~ thirst~ hunger~""",
    "trait": """
        courage~ patience~ kindness~ honesty~ talent wisdom~ beauty~ intelligence~ cruelty~ greed~ laziness~
        generosity~ loyalty~ cunning~ vanity~ stubbornness~ curiosity~ humour~ politeness~ bravery~ charm strength
        weakness/weaknesses skill gift habit virtue vice character temper ambition imagination~ modesty~ arrogance~
        cowardice~ selfishness~ tenderness~ dignity~ elegance~ shyness~ clumsiness~""",
    "idea": """
        idea thought reason truth dream theory opinion belief doubt secret rumour lie fact explanation suggestion
        proposal promise rule law theme plot advice~ knowledge~ information~ news~ evidence~ proof example concept
        principle purpose decision choice intention conclusion hypothesis/hypotheses guess memory excuse warning
        complaint prophecy superstition myth ideology religion faith~ philosophy wish hint clue notion assumption
        prejudice criticism~ compliment apology confession prediction strategy tactic compromise misunderstanding
        insight viewpoint ideal claim""",
    "abstract": """
        thing problem part way kind side end life/lives world chance change work~ help~ power beginning danger
        trouble~ mistake success failure luck~ difference effect cause result freedom~ peace~ justice~ death
        influence situation condition duty right advantage disadvantage opportunity risk effort attempt task job
        career future~ past~ position order~ chaos~ system method process solution detail middle top bottom corner
        edge surface centre gap hole mark sign symbol trace shadow darkness~ silence~ victory defeat progress~
        growth~ development movement behaviour~ attention~ support~ security~ poverty~ wealth~ health~ fate~ honour~
        fame~ glory~ reputation friendship marriage education~ culture tradition custom fashion service trade~
        business~ industry economy politics~ democracy crisis/crises responsibility relationship environment
        pollution~ nature~ climate energy~ consequence possibility necessity privilege obstacle challenge mystery
        miracle magic~ nonsense~ error exception alternative option version feature quality aspect tendency barrier
        burden curse blessing light~ glow traffic~ membership~ row ending""",
    "quantity": """
        number amount piece pound metre foot/feet yard root volume degree mile kilometre litre kilogram percentage
        half/halves quarter dozen ton gram inch gallon pint ounce centimetre acre hectare sum total average speed
        weight length height width depth distance size area temperature pressure~ density frequency ratio fraction
        digit maximum minimum rate handful cupful spoonful mouthful score figure""",
    "time": """
        day year time~ morning night week evening month hour minute afternoon summer winter spring autumn date
        moment weekend century noon~ midnight~ season decade dawn dusk eve millennium/millennia era epoch/epochs
        fortnight weekday deadline lunchtime~ bedtime~ dinnertime~ interval childhood pause semester instant age
        eternity~ midsummer~ midwinter~""",
    "shape": """
        circle square triangle line cross/crosses sphere rectangle cube oval spiral cylinder hexagon pentagon curve
        octagon ellipse arc polygon prism rhombus zigzag loop dot stripe semicircle trapezium grid angle""",
    "colour": """
        red~ blue~ green~ yellow~ black~ white~ brown~ grey~ orange~ pink~ purple~ violet~ scarlet~ turquoise~
        crimson~ beige~ indigo~ lilac~ magenta~ maroon~ mauve~ azure~ khaki~ shade hue tint""",
    "science": """
        mathematics~ physics~ chemistry~ biology~ history~ geography~ astronomy~ economics~ psychology~ geology~
        sociology~ linguistics~ botany~ statistics~ geometry~ algebra~ logic~ archaeology~ engineering~ ecology~
        genetics~ zoology~ anatomy~ computing~ anthropology~ meteorology~ electronics~ cell atom molecule current
        electricity~ gravity~ virus bacterium/bacteria gene particle acid electron neutron proton enzyme protein
        hormone magnet crystal radiation~ oxygen~ hydrogen~ nitrogen~ carbon~ formula equation theorem
        species/species fossil organism embryo lens mineral vacuum friction~ momentum~ neuron tissue membrane
        nucleus/nuclei""",
    "software": """
        program code~ data~ password server bug app software~ network database icon algorithm browser link update
        spreadsheet firewall backup compiler function variable cursor download upload username pixel query parser
        cache token""",
}
