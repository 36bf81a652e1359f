"""Verbs to their infinitives: "gegründet" and "gründete" are of "gründen", "nahm" and "teilgenommen" of "nehmen"."""

from functools import lru_cache

from assistant.compounds import noun
from assistant.lexicon import lexicon

# Infinitive, past, participle without ge- and -en, and the present where its vowel changes; without umlauts.
_STRONG = """
    backen buk back, befehlen befahl befohl befiehl, beginnen begann begonn, beissen biss biss, bergen barg borg birg,
    biegen bog bog, bieten bot bot, binden band bund, bitten bat bet, blasen blies blas, bleiben blieb blieb, braten
    briet brat, brechen brach broch brich, brennen brannte brannt, bringen brachte bracht, denken dachte dacht,
    dringen drang drung, empfehlen empfahl empfohl empfiehl, essen ass gess iss, fahren fuhr fahr, fallen fiel fall,
    fangen fing fang, fechten focht focht, finden fand fund, fliegen flog flog, fliehen floh floh, fliessen floss
    floss, fressen frass fress friss, frieren fror fror, gebaren gebar gebor gebier, geben gab geb gib, gehen ging
    gang, gelingen gelang gelung, gelten galt golt gilt, genesen genas genes, geniessen genoss genoss, geschehen
    geschah gescheh geschieh, gewinnen gewann gewonn, giessen goss goss, gleichen glich glich, gleiten glitt glitt,
    graben grub grab, greifen griff griff, halten hielt halt, hangen hing hang, heben hob hob, heissen hiess heiss,
    helfen half holf hilf, kennen kannte kannt, klingen klang klung, kommen kam komm, kriechen kroch kroch, laden lud
    lad, lassen liess lass, laufen lief lauf, leiden litt litt, leihen lieh lieh, lesen las les lies, liegen lag leg,
    lugen log log, meiden mied mied, messen mass mess miss, nehmen nahm nomm nimm, nennen nannte nannt, pfeifen pfiff
    pfiff, preisen pries pries, raten riet rat, reiben rieb rieb, reissen riss riss, reiten ritt ritt, rennen rannte
    rannt, riechen roch roch, ringen rang rung, rufen rief ruf, saufen soff soff, schaffen schuf schaff, scheiden
    schied schied, scheinen schien schien, scheren schor schor, schieben schob schob, schiessen schoss schoss,
    schlafen schlief schlaf, schlagen schlug schlag, schleichen schlich schlich, schleifen schliff schliff, schliessen
    schloss schloss, schmeissen schmiss schmiss, schmelzen schmolz schmolz schmilz, schneiden schnitt schnitt,
    schreiben schrieb schrieb, schreien schrie schrie, schreiten schritt schritt, schweigen schwieg schwieg, schwellen
    schwoll schwoll, schwimmen schwamm schwomm, schwinden schwand schwund, schwingen schwang schwung, schworen schwor
    schwor, sehen sah seh sieh, senden sandte sandt, singen sang sung, sinken sank sunk, sinnen sann sonn, sitzen sass
    sess, sprechen sprach sproch sprich, springen sprang sprung, stechen stach stoch stich, stehen stand stand,
    stehlen stahl stohl stiehl, steigen stieg stieg, sterben starb storb stirb, stossen stiess stoss, streichen strich
    strich, streiten stritt stritt, tragen trug trag, treffen traf troff triff, treiben trieb trieb, treten trat tret
    tritt, trinken trank trunk, trugen trog trog, tun tat tan, verderben verdarb verdorb verdirb, vergessen vergass
    vergess vergiss, verlieren verlor verlor, verzeihen verzieh verzieh, wachsen wuchs wachs, waschen wusch wasch,
    weichen wich wich, weisen wies wies, wenden wandte wandt, werben warb worb wirb, werfen warf worf wirf, wiegen wog
    wog, winden wand wund, wissen wusste wusst, ziehen zog zog, zwingen zwang zwung
"""
_FORMS: dict[str, str] = {}  # of past and present
_PLURALS: dict[str, str] = {}  # of the past; with a separable prefix they are nouns more often: Ausgaben
_PASTS: set[str] = set()  # of strong verbs
_PRESENTS: set[str] = set()  # of those that end as the verb's root does: "gilt"
_PARTICIPLES: dict[str, str] = {}
for _infinitive, _past, _without_ge, *_present in (verb.split() for verb in _STRONG.split(",")):
    _FORMS[_past] = _infinitive
    _PRESENTS |= {_root for _root in _present if _root.endswith("t")}
    _PASTS |= {_past, f"{_past}en", f"{_past}n"}
    _PLURALS |= dict.fromkeys((f"{_past}en", f"{_past}n"), _infinitive)
    for _root in (_infinitive[:-2], *_present):
        _FORMS |= dict.fromkeys((f"{_root}t", f"{_root}st"), _infinitive)
    _PARTICIPLES |= dict.fromkeys((_without_ge, f"{_without_ge}en"), _infinitive)
_INFINITIVES = frozenset(_FORMS.values())
SEPARABLE = """
    ab an auf aus bei dar durch ein empor entgegen fehl fern fest fort frei gegenuber gleich heim her herab heran
    heraus herbei herein herum herunter hervor hin hinaus hinein hinzu hoch kennen klar los mit nach nieder statt
    teil um uber unter vor voran voraus vorbei vorher wahr weg weiter wieder zu zuruck zusammen
""".split()
_INSEPARABLE = "be ent er ge miss ver zer uber unter um durch wider wieder hinter".split()
_PREFIXES = ("", *dict.fromkeys((*SEPARABLE, *_INSEPARABLE)))
_OWN = ("be", "ent", "er", "ge", "ver", "zer", "uber")  # of verbs that are not used without
_OF_ADJECTIVES = ("", "e", "em", "en", "er", "es")


@lru_cache(1 << 16)
def infinitive(word: str) -> str:
    """The infinitive of a folded past form or participle, or "".

    >>> infinitive("gegrundet"), infinitive("teilgenommenen"), infinitive("starb"), infinitive("gebirge")
    ('grunden', 'teilnehmen', 'sterben', '')
    """
    return "" if noun(word, lexicon()) else verb_reading(word)  # Macht, Gewicht, Sprachen


@lru_cache(1 << 16)
def verb_reading(word: str) -> str:
    """The same, of a word that may be a noun, too: of "angebot" or "bote" as well."""
    simple = ((prefix, _simple(word.removeprefix(prefix), prefix)) for prefix in _PREFIXES if word.startswith(prefix))
    return next((prefix + found for prefix, found in simple if found), "")


@lru_cache(1 << 16)
def may_be_finite(word: str) -> bool:
    """Whether a folded word may be a verb in the present or past tense, auxiliaries left out.

    >>> may_be_finite("gehen"), may_be_finite("gilt"), may_be_finite("wahlte"), may_be_finite("kalt")
    (True, True, True, False)
    """
    stems = [word.removeprefix(prefix) for prefix in _PREFIXES if word.startswith(prefix)]
    is_present = any(
        stem in _INFINITIVES or stem in _PRESENTS or stem.removesuffix("en") in lexicon().verbs for stem in stems
    )
    return is_present or bool(verb_reading(word))


@lru_cache(1 << 16)
def is_past(word: str) -> bool:
    """Whether a folded word may be a verb in the past tense; "alte" ends like one.

    >>> is_past("verkaufte"), is_past("nahm"), is_past("uberwies"), is_past("verkauft"), is_past("geht")
    (True, True, True, False, False)
    """
    is_strong = any(word.removeprefix(prefix) in _PASTS for prefix in _PREFIXES if word.startswith(prefix))
    return is_strong or (word.endswith(("te", "ten")) and verb_reading(word) not in {"", word})  # "halten" is not


def _simple(word: str, prefix: str) -> str:
    """The infinitive of what follows a prefix, or ""."""
    if found := _FORMS.get(word) or ("" if prefix in SEPARABLE else _PLURALS.get(word)):
        return found
    if prefix in SEPARABLE and word.startswith("zu") and word.endswith("en"):
        return word[2:] if word[2:] in _INFINITIVES or word[2:-2] in lexicon().verbs else ""
    has_participle = word.startswith("ge") or prefix in _INSEPARABLE or word.startswith(_OWN)
    participle = (_participle(word.removeprefix("ge")) or _participle(word)) if has_participle else ""
    return participle or _weak(word, ("eten", "ete", "ten", "te", "et", "t"))


def _participle(word: str) -> str:
    for ending in _OF_ADJECTIVES:
        root = word.removesuffix(ending)
        if word.endswith(ending) and (found := _PARTICIPLES.get(root) or _weak(root, ("et", "t"))):
            return found
    return ""


def _weak(word: str, endings: tuple[str, ...]) -> str:
    for ending in endings:
        root = word.removesuffix(ending)
        in_ieren = root.endswith("ier") and len(root) > 5
        if word.endswith(ending) and (in_ieren or root in lexicon().verbs):
            return root + ("n" if root.endswith(("el", "er")) and not in_ieren else "en")
    return ""
