"""Words that build clauses, in sets by what follows from them for who feels."""

from __future__ import annotations


def _words(listed: str) -> frozenset[str]:
    return frozenset(listed.split())


I_OR_WE = _words("i i'm im i've ive i'd i'll we we're we've we'd we'll")
THEY = _words(
    "he he's he'd he'll she she's she'd she'll they they're they've they'd they'll theyre"
    " someone somebody"
)
IS_IN_SUBJECT = _words("i'm im we're he's she's they're theyre")
BE = _words(
    "am is are was were be been being isn't aren't wasn't weren't ain't isnt arent wasnt werent"
    " feel feels felt feeling look looks looked looking seem seems seemed sound sounds sounded"
    " appear appears appeared become becomes became becoming get gets got getting gotten grow grows"
    " grew grown remain remains remained stay stays stayed"
)
AUXILIARIES = _words(
    "do does did don't doesn't didn't dont doesnt didnt have has had haven't hasn't hadn't having"
    " will would won't wouldn't shall should shouldn't can could can't cannot couldn't cant may"
    " might must gonna wanna keep keeps kept start starts started stop stops stopped"
)
NUMBERLESS = _words(
    "did didn't didnt had hadn't will would won't wouldn't shall should shouldn't can could can't"
    " cannot couldn't cant may might must do does don't doesn't"
)
ADVERBS = _words(
    "not never always so very too quite just still only also even both almost already again ever"
    " often sometimes all kinda sorta pretty super more most much less rather now then once soon"
    " fucking damn bloody sure as well how forever somewhat clearly a bit little no longer"
)
BEFORE_TO = _words(
    "want wants wanted going used seem seems seemed appear appears appeared begin begins began"
    " begun start starts started come comes came grow grew learn learned learnt try tries tried"
    " have has had about continue continues continued tend tends likely bound"
)
CAUSES = _words(
    "make makes made making get gets got keep keeps kept keeping leave leaves left leaving drive"
    " drives drove driven driving let lets find finds found see sees saw hear hears heard watch"
    " watched watching help helps helped"
)
JOINED = _words("and or but yet ,")
MY, THEIR = _words("my our mine"), _words("his their theirs hers")
ME, THEM = _words("me us myself ourselves"), _words("him them himself herself themselves")
DETERMINERS = _words(
    "my our his her their your the a an those these some two three four five both many most"
    " several every each no another other that few"
)
OF_PEOPLE = _words(
    "one two three four some most all both many any few each none half rest lot group crowd couple"
)
CLAUSE_STARTS = _words(
    "because when while if that and but so though although since whereas where until as after"
    " before then why how"
)
NO_EXPERIENCER = _words(
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
FOLLOWS_LOVE = _words(
    "it this that these those you u her him them my your our his their the a how when being already"
    " so all both guys"
)
FOLLOWS_SAD = _words("for to that about at with of right today now i we")
MISSING_I = _words(
    "love hate miss adore dislike appreciate admire dread despise detest loathe regret wish hope"
)
HAVE = _words("feel feels felt feeling experience experienced has had have having")
BEFORE_FEELING = _words(
    "a an the such so much no any some more great deep real pure sheer total overwhelming huge"
    " nothing but only this of sense surge wave bit pang flash little lot own big biggest greatest"
    " worst first true inner utter constant old quiet growing"
)
FULL = _words("with in")
TITLES = _words("mr mrs ms miss dr captain sir lady lord aunt uncle king queen prince princess")
ASKS = _words("do don't dont never let's please")
FILLED = _words("full shook shaking burst wept beside overcome torn red sick")
PREPOSITIONS = _words(
    "of from with by to for about like than at in on next near behind beside under over between"
)
ADJECTIVES = _words("own big biggest true great greatest worst best many few more most no")
DAYS = _words(
    "monday tuesday wednesday thursday friday saturday sunday january february march april may"
    " june july august september october november december christmas easter"
)
FIRST_PERSON = _words("i me my myself")
