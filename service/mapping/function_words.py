"""Words that build clauses, in sets by what follows from them for who feels."""

from __future__ import annotations


def word_set(listed: str) -> frozenset[str]:
    """Return the words of a list that are parted by spaces."""
    return frozenset(listed.split())


I_OR_WE = word_set("i i'm im i've ive i'd i'll we we're we've we'd we'll")
THEY = word_set(
    "he he's he'd he'll she she's she'd she'll they they're they've they'd they'll theyre"
    " someone somebody"
)
IS_IN_SUBJECT = word_set("i'm im we're he's she's they're theyre")
BE = word_set(
    "am is are was were be been being isn't aren't wasn't weren't ain't isnt arent wasnt werent"
    " feel feels felt feeling look looks looked looking seem seems seemed sound sounds sounded"
    " appear appears appeared become becomes became becoming get gets got getting gotten grow grows"
    " grew grown remain remains remained stay stays stayed"
)
AUXILIARIES = word_set(
    "do does did don't doesn't didn't dont doesnt didnt have has had haven't hasn't hadn't having"
    " will would won't wouldn't shall should shouldn't can could can't cannot couldn't cant may"
    " might must gonna wanna keep keeps kept start starts started stop stops stopped"
)
NUMBERLESS = word_set(
    "did didn't didnt had hadn't will would won't wouldn't shall should shouldn't can could can't"
    " cannot couldn't cant may might must do does don't doesn't"
)
ADVERBS = word_set(
    "not never always so very too quite just still only also even both almost already again ever"
    " often sometimes all kinda sorta pretty super more most much less rather now then once soon"
    " fucking damn bloody sure as well how forever somewhat clearly a bit little no longer"
)
BEFORE_TO = word_set(
    "want wants wanted going used seem seems seemed appear appears appeared begin begins began"
    " begun start starts started come comes came grow grew learn learned learnt try tries tried"
    " have has had about continue continues continued tend tends likely bound"
)
CAUSES = word_set(
    "make makes made making get gets got keep keeps kept keeping leave leaves left leaving drive"
    " drives drove driven driving let lets find finds found see sees saw hear hears heard watch"
    " watched watching help helps helped"
)
JOINED = word_set("and or but yet ,")
MY, THEIR = word_set("my our mine"), word_set("his their theirs hers")
ME, THEM = word_set("me us myself ourselves"), word_set("him them himself herself themselves")
DETERMINERS = word_set(
    "my our his her their your the a an those these some two three four five both many most"
    " several every each no another other that few"
)
OF_PEOPLE = word_set(
    "one two three four some most all both many any few each none half rest lot group crowd couple"
)
CLAUSE_STARTS = word_set(
    "because when while if that and but so though although since whereas where until as after"
    " before then why how"
)
NO_EXPERIENCER = word_set(
    "it it's its this that that's these those there there's here what what's which who who's whom"
    " whose how why when where whether if as than so such the a an you you're u ur your yours one"
    " ones everyone everybody anyone anybody nobody noone none everything nothing something"
    " anything all me us him them her mine myself you'll you've you'd y'all yall my our his hers"
    " their theirs to and or but of in on at by"
    " for with from about like not no never please am i'd i'da maybe"
    " perhaps otherwise instead anyway"
    " heart hearts soul mind brain body face eyes stomach gut voice mood tone side part self look"
    " looks expression atmosphere letter email mail message text post song story book film movie"
    " show words reaction response feeling feelings life day days night morning evening afternoon"
    " week weekend month year time moment today yesterday tonight tomorrow thing things way stuff"
    " place world weather one"
)
FOLLOWS_LOVE = word_set(
    "it this that these those you u her him them my your our his their the a how when being already"
    " so all both guys"
)
FOLLOWS_SAD = word_set("for to that about at with of right today now i we")
MISSING_I = word_set(
    "love hate miss adore dislike appreciate admire dread despise detest loathe regret wish hope"
)
HAVE = word_set("feel feels felt feeling experience experienced has had have having")
BEFORE_FEELING = word_set(
    "a an the such so much no any some more great deep real pure sheer total overwhelming huge"
    " nothing but only this of sense surge wave bit pang flash little lot own big biggest greatest"
    " worst first true inner utter constant old quiet growing"
)
FULL = word_set("with in")
TITLES = word_set("mr mrs ms miss dr captain sir lady lord aunt uncle king queen prince princess")
ASKS = word_set("do don't dont never let's please")
FILLED = word_set("full shook shaking burst wept beside overcome torn red sick")
PREPOSITIONS = word_set(
    "of from with by to for about like than at in on next near behind beside under over between"
)
ADJECTIVES = word_set("own big biggest true great greatest worst best many few more most no")
DAYS = word_set(
    "monday tuesday wednesday thursday friday saturday sunday january february march april may"
    " june july august september october november december christmas easter"
)
FIRST_PERSON = word_set("i me my myself")
