"""Names: common first names and family names; invented towns, countries, streets, firms and products."""

from itertools import product

from cutaway.corpus.kinds import words

WOMEN: tuple[str, ...] = words(
    """Mary Anna Sarah Emma Laura Alice Lucy Julia Kate Rachel Jane Lisa Helen Grace Amy Ruth Claire Susan
        Karen Nancy Linda Emily Maria Diana Victoria Elizabeth Jennifer Jessica Amanda Rebecca Michelle
        Stephanie Nicole Hannah Sophie Olivia Charlotte Eva Sara Ellen Margaret Barbara Patricia Sandra Donna
        Carol Mia Ann Martha Catherine Eleanor Clara Nora Ella Molly Chloe Zoe Isabel Julie Monica Teresa
        Christine Deborah Judith Frances Marion Irene Joan Dorothy Gloria Sylvia Vera Ida Ada Edith Agnes Bertha
        Cora Flora Greta Hilda Ingrid Joanna Josephine Katherine Lena Leah Lydia Mabel Marina Marta Matilda
        Melissa Mildred Miriam Nadia Naomi Natalie Nina Norma Pamela Paula Pauline Penelope Phoebe Polly
        Priscilla Rita Roberta Rosa Rosemary Roxanne Sabrina Samantha Selma Sheila Sonia Stella Susanna Tara
        Thelma Tina Ursula Valerie Vanessa Veronica Wendy Yvonne Abigail Adele Alma Amelia Anita Annabel Antonia
        Audrey Beatrice Belinda Bridget Camilla Caroline Cecilia Celia Cynthia Daphne Delia Doris Edna Eileen
        Elaine Elsa Elsie Esther Ethel Eunice Felicity Fiona Gemma Georgina Geraldine Gertrude Gwen Harriet
        Heidi Henrietta Hester Imogen Jean Jemima Jill Joyce Judy"""
)

MEN: tuple[str, ...] = words(
    """John James David Michael Robert William Richard Thomas Charles Daniel Matthew Mark Paul Steven Andrew
        Kevin Brian George Edward Peter Simon Jack Henry Adam Ben Tom Tim Max Joe Jim Bob Mike Nick Martin Eric
        Ryan Jason Justin Anthony Patrick Frank Roger Luke Oscar Leo Ian Philip Stephen Joseph Samuel Benjamin
        Nathan Noah Jacob Joshua Ethan Liam Owen Sean Colin Derek Douglas Duncan Edgar Edwin Ernest Eugene Felix
        Ferdinand Fred Frederick Gabriel Gary Geoffrey Gerald Gilbert Gordon Graham Greg Gregory Gustav Guy
        Harold Harry Hector Herbert Herman Horace Howard Hubert Hugo Humphrey Isaac Ivan Ivor Jeffrey Jeremy
        Jerome Joel Jonathan Julian Karl Keith Kenneth Lambert Lance Laurence Leonard Leopold Lionel Louis Lucas
        Malcolm Marcus Maurice Melvin Miles Nigel Norman Neil Nicholas Oliver Oswald Otto Percy Perry Quentin
        Ralph Raymond Reginald Reuben Roderick Roland Ronald Rufus Rupert Sebastian Sidney Silas Solomon Stanley
        Stuart Theodore Timothy Toby Trevor Victor Vincent Walter Wilfred Winston Albert Alan Alexander Alfred
        Ambrose Arnold Arthur Barry Basil Bernard Boris Bruno Cecil Christopher Clarence Claude Clement Clifford
        Cornelius Cyril Damian Dennis Desmond Dominic Donald"""
)

UNISEX: tuple[str, ...] = words(
    """Alex Sam Robin Taylor Jordan Casey Jamie Charlie Riley Quinn Rowan Avery Skyler Morgan Kim Leslie Sasha
        Pat Frankie Jules Kit Emery Remy Ariel Noel Kerry Dana Shannon Jesse Corey Lindsay Ashley Devon Kai
        Blair Ellis Drew Reese"""
)

SURNAMES: tuple[str, ...] = words(
    """Johnson Smith Brown Miller Wilson Moore Anderson Jackson White Harris Thompson Clark Robinson Walker
        Young Allen King Wright Hill Green Baker Nelson Carter Mitchell Roberts Turner Phillips Campbell Parker
        Evans Edwards Collins Stewart Morris Murphy Cook Rogers Cooper Reed Bailey Bell Ward Watson Brooks
        Bennett Gray Hughes Price Foster Russell Griffin Hayes Ford Wallace Stone Fisher Hunter Palmer Knight
        Spencer Wood Adams Alderton Appleby Archer Armstrong Ashworth Atkinson Austin Bagley Baldwin Banks
        Barber Barker Barlow Barnes Barrett Barton Baxter Beckett Benson Berry Birch Bishop Blackburn Blackwood
        Blake Bolton Bowen Bowman Boyd Bradley Bradshaw Brady Brennan Brewer Briggs Bright Browning Bryant
        Buckley Burgess Burke Burnett Burns Burton Butler Byrne Caldwell Cameron Carlson Carpenter Carroll
        Carson Chandler Chapman Clayton Coleman Connolly Conway Cox Craig Crawford Cross Cunningham Curtis
        Dalton Davenport Davidson Davies Dawson Dean Dickson Dixon Dodson Donnelly Doyle Drake Dudley Duffy Dunn
        Dyer Eaton Elliott Emerson Farley Farrell Faulkner Ferguson Fielding Finch Fitzgerald Fleming Fletcher
        Flynn Forbes Forster Fowler Fox Franklin Fraser Freeman Frost Fuller Gallagher Gardner Garrison Gibbs
        Gibson Gilmore Goddard Goodman Goodwin Graves Greenwood Hale Hamilton Hammond Hancock Harding Hardy
        Harper Harrington Harrison Hart Hartley Harvey Hawkins Haynes Heath Henderson Hewitt Hicks Higgins Hobbs
        Hodges Hoffman Holland Holloway Holmes Hooper Hopkins Horton Houghton Hudson Humphries Hunt Hurst
        Hutchinson Ingram Irwin Jacobs Jarvis Jefferson Jenkins Jennings Johnston Jones Keller Kemp Kendall
        Kennedy Kerr Kirby Lambton Larson Lawson Leonardson Lindgren Lloyd Lockwood Logan Lowe Lucasson Lynch
        Macdonald Mackenzie Maddox Marsh Marshall Mason Matthews Maxwell Mackay Maclean Mercer Merrill Middleton
        Mills Moody Mooney Morton Moss Mullins Murray Nash Newman Newton Nichols Nolan Norris Norton Obrook
        Osborne Padgett Parsons Patel Patterson Payne Pearson Peck Perkins Peterson Pierce Pope Porter Potter
        Powell Pratt Preston Pritchard Quigley Radcliffe Ramsey Randall Rawlings Redmond Reeves Reynolds Rhodes
        Richards Richardson Ridley Riggs Robbins Robertson Rowe Rowland Ryder Sanders Sawyer Saunders Sharp Shaw
        Shelton Shepherd Sherman Simmons Simpson Sinclair Skinner Slater Sparks Stafford Stanton Steele Stephens
        Stevens Stevenson Stokes Strickland Sullivan Sutton Swanson Talbot Thornton Tucker Underwood Vaughan
        Vickers Wade Walsh Walters Warner Warren Waters Watkins Webb Webster Wells West Weston Wheeler Whitaker
        Wilkins Wilkinson Williams Williamson Willis Winter Wolfe Woodward Yates York"""
)

_TOWN_BEGINNINGS = words(
    """Aldren Brackel Cathel Dorven Elvin Farren Gosken Hulmer Ithel Jarlen Kelden Lorren Munder Nesker Ostren
    Pellan Quarren Rusken Selkin Tarvel Ulfen Varken Wendel Yelver Zornel Brunten Crasken Drummel Fensker Gilvan"""
)
_TOWN_ENDINGS = words("ford wick bury mouth haven stead dale combe")
_COUNTRY_BEGINNINGS = words(
    """Abr Bor Cald Dren Estr Fal Gor Hest Ister Jol Kar Lor Mer Nord Ost Pel Quor Rav Syld Tor Ulv Vel Wer Zem"""
)
_COUNTRY_ENDINGS = words("avia onia andia oria")
_STREET_NAMES = words(
    """Mill Church Station High Garden School Park Bridge River Orchard Castle Market Linden Maple Willow Cedar
    Meadow Forest Harbour Tower Chapel Baker Potter Weaver Abbey Spring Rose Victory Union Museum Canal Poplar
    Summer Quarry Lantern"""
)
_STREET_KINDS = words("Street Road Lane Avenue Square Way")
_FIRM_BEGINNINGS = words("Nurv Veld Zant Ockl Trisk Lumv Quab Brenz Covr Delk Fenz Haxl Junv Kelz Mirv")
_FIRM_ENDINGS = words("arix ova undo etto ora")


def _spread(first: tuple[str, ...], last: tuple[str, ...], count: int, join: str = "") -> tuple[str, ...]:
    """Pairs of a beginning and an ending, in an order in which neighbours share neither."""
    pairs = [(at, (at + turn) % len(last)) for turn, at in product(range(len(last)), range(len(first)))]
    return tuple(first[one] + join + last[other] for one, other in pairs[:count])


TOWNS: tuple[str, ...] = _spread(_TOWN_BEGINNINGS, _TOWN_ENDINGS, 180)
COUNTRIES: tuple[str, ...] = _spread(_COUNTRY_BEGINNINGS, _COUNTRY_ENDINGS, 48)
STREETS: tuple[str, ...] = _spread(_STREET_NAMES, _STREET_KINDS, 120, " ")
COMPANIES: tuple[str, ...] = _spread(_FIRM_BEGINNINGS, _FIRM_ENDINGS, 70)
PRODUCTS: tuple[str, ...] = words(
    """Brightmop Cloudkettle Dustaway Eggmaster Featherlite Glowjar Handypress Icemate Jetbroom Keepwarm
        Lightpad Mixwell Nightlamp Openquick Pocketfan Quietfan Rainguard Snapbox Tidybin Upliner Vaporix
        Warmfoot Xylofold Yarnwinder Zipclean Airloom Beanmill Carvewell Dripstop Easyladder Foldaway Gripfast
        Heatcup Inkwell Jarlock Knotless Leafblow Mugwarm Neatshelf Oilguard Peelfast Quickstitch Roadlight
        Steamix Toastella Umbrix Velograph Wavepad Xenolamp Yolkfree Zestpress Acornix Bubblewash Crispwave
        Doorbuddy Everink Fizzbottle Gardenbot Hushphone Ironmate Jollykite Kneepad"""
)

GENDERED: tuple[tuple[str, str], ...] = tuple(
    (name, gender) for row in zip(WOMEN, MEN, strict=False) for name, gender in zip(row, ("she", "he"), strict=True)
)
"""Women and men by turns, each with the pronoun; common ones first."""
