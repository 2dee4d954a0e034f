"""Irregular English verbs: a form in, its base form out, which a stemmer does not find."""

from __future__ import annotations

_VERBS = """
arise arose arisen|awake awoke awoken|be was were been|bear bore borne|beat beaten|become became|begin began
begun|bend bent |bid bade bidden|bind bound|bite bit bitten|bleed bled|blow blew blown|break broke
broken|breed bred|bring brought |build built|burn burnt|buy bought|catch caught|choose chose chosen|cling
clung|come came|creep crept|deal dealt|dig dug |do did done|draw drew drawn|dream dreamt|drink drank
drunk|drive drove driven|eat ate eaten|fall fell fallen|feed fed|feel felt |fight fought|find found|flee
fled|fling flung|fly flew flown|forbid forbade forbidden|forecast forecasted |foresee foresaw foreseen|forget
forgot forgotten|forgive forgave forgiven|freeze froze frozen|get got gotten|give gave given |go went
gone|grind ground|grow grew grown|hang hung|have had has|hear heard|hide hid hidden|hold held|keep kept|kneel
knelt |know knew known|lay laid|lead led|leap leapt|learn learnt|leave left|lend lent|lie lay lain|light
lit|lose lost|make made|mean meant |meet met|mistake mistook mistaken|overcome overcame|oversee oversaw
overseen|overtake overtook overtaken|pay paid|prove proven |repay repaid|ride rode ridden|ring rang rung|rise
rose risen|run ran|say said|see saw seen|seek sought|sell sold|send sent|sew sewn |shake shook shaken|shine
shone|shoot shot|show shown|shrink shrank shrunk|sing sang sung|sink sank sunk|sit sat|sleep slept |slide
slid|speak spoke spoken|speed sped|spend spent|spin spun|spring sprang sprung|stand stood|steal stole
stolen|stick stuck |strike struck stricken|strive strove striven|swear swore sworn|sweep swept|swell
swollen|swim swam swum|swing swung|take took taken |teach taught|tear tore torn|tell told|think thought|throw
threw thrown|undergo underwent undergone|understand understood |undertake undertook undertaken|wake woke
woken|wear wore worn|weave wove woven|win won|wind wound|withdraw withdrew withdrawn |withhold withheld|write
wrote written
""".replace("\n", " ")
# "saw" may be a tool, "felt" a cloth, "found" and "ground" are words of their own: the commoner one is meant.
_BASES = {form: base for base, *forms in (verb.split() for verb in _VERBS.split("|")) for form in forms}


def base_form(word: str) -> str:
    """The base form of an irregular verb's form in lower case; any other word as it is.

    >>> base_form("took"), base_form("takes")
    ('take', 'takes')
    """
    return _BASES.get(word, word)


def other_forms(word: str) -> tuple[str, ...]:
    """The other forms of an irregular verb, of which `word` is one in lower case; none for any other word.

    >>> other_forms("took"), other_forms("win"), other_forms("bridge")
    (('take', 'taken'), ('won',), ())
    """
    base = base_form(word)
    forms = (base, *(form for form, of in _BASES.items() if of == base))
    return tuple(form for form in forms if form != word) if len(forms) > 1 else ()
