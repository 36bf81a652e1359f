"""Whether a full stop ends a sentence, by the words around it; word lists are in small letters.

>>> ends_sentence("Das kostet 5 Mio", "Euro"), ends_sentence("Das kostet 5 Mio", "Danach")
(False, True)
>>> ends_sentence("Sie kam am 3", "Oktober"), ends_sentence("Sie wurde auf Platz 3", "Trainer")
(False, True)
"""

import re

# Closed word classes: a line that ends in one of these, and does not end a sentence, goes on in the next line.
DETERMINERS_AND_PREPOSITIONS = frozenset(
    """ab als am an ans auf aus außer bei beim bis das dass daß dein deine deinem deinen deiner dem den der deren des
    dessen die dies diese diesem diesen dieser dieses durch ein eine einem einen einer eines entlang euer eure für
    gegen gegenüber hinter ihr ihre ihrem ihren ihrer ihres im in innerhalb ins jede jedem jeden jeder jedes kein keine
    keinem keinen keiner mehrere mein meine meinem meinen meiner mit nach neben ob oder ohne seit sein seine seinem
    seinen seiner seines sich sowie statt trotz über um und unser unsere unserem unseren unserer unter vom von vor
    während weder wegen weil welche welchem welchen welcher welches wenn wie zu zum zur zwischen
    a about after against and as at because before between but by for from his her in into its my nor of on or our
    over than that the their through to under until which while with without your""".split()
)
# Words that, written with a capital, begin a sentence rather than go on after "3." or "usw.".
SENTENCE_STARTERS = frozenset(
    """aber alle allerdings als also am an anfangs anschließend auch auf aufgrund aus außerdem bei beide beim
    beispielsweise bereits besonders bis da dabei dadurch dafür daher damals damit danach daneben dann daraufhin darum
    das dass davon davor dazu dem den denn dennoch der deren des deshalb dessen deswegen die dies diese diesem diesen
    dieser dieses doch dort du durch ebenso ein eine einem einen einer eines einige er erst es etwa ferner für gegen
    gerade gleichzeitig heute hier hierbei hierfür hierzu hingegen hinter hinzu ich ihm ihn ihr ihre im in infolge
    innerhalb insbesondere insgesamt inzwischen ist jede jeder jedoch jene jener jenes jetzt kein keine laut man manche
    mehrere mein meine mit mittlerweile nach nachdem neben nebenan nicht noch nun nur ob obwohl ohne plötzlich
    schließlich sein seine seit seitdem selbst sie sind so sobald solche somit sonst sowohl später stattdessen trotz
    trotzdem über um und unser unsere unter viele vielmehr vom von vor während war waren was wegen weil weiter weitere
    welche wenige wenn wer werden wie wir wird wo wobei wodurch wurde wurden zu zudem zuerst zuletzt zum zumal zunächst
    zur zusätzlich zuvor zwar zwischen
    a after all although an and as at because before but by during for from he her his however i if in it its many on
    she since so some such the their then there these they this those through to under until we what when where which
    while with you""".split()
)
ABBREVIATIONS = frozenset(
    """abb abk abs abschn abt ahd allg altgr anl anm apr aufl aug ausg az bd bde bearb bes beschl betr bez bf bhf
    bros bsp bspw bzgl bzw ca chin chr co dez dgl dipl div do dr ebd ehem eigtl einschl engl entspr erg etc ev evtl
    exkl fa feb ff forts fr franz frl frz geb gebr gegr gem gen geogr ges gest gez ggf ggfs ggü gr griech habil hbf
    hg hist hl hr hrg hrn hrsg inc ing inkl insb insbes int ital jan jap jh jhd jhdt jr jul jun jur kap kath kfm kgl kl
    lat lfd lfg lt max md med mfg mhd mi min mio mo mr mrd mrs mrz ms mtl mwst nachf nachm nat nmpr nov nr nrn okt
    op orig phil pkt pl pos ppa prof prot pseud qm rd red ref reg rel rer resp rn röm russ s sa sen sep sept sog span
    st std ste stellv str tel tgl tsd u übers ungef urspr urt usf usw v verf vgl vol vorm vors vs wg wiss
    zb ziff zit zt ztr zz zzgl""".split()
)
# Of those, the ones that may stand last in a sentence, or are words, too: a sentence starter then begins a new one.
FINAL_ABBREVIATIONS = frozenset(
    """abk abt bf bhf bzw chr co etc ff fr gen ggf gr hbf inc int jan jh jhd jhdt jr max med min mio mo mrd
    mwst nachf nat op phil red reg sa sen sog span st std str tsd usf usw verf""".split()
)
NUMBERED_ABBREVIATIONS = frozenset("art fig no tab vers".split())  # abbreviations before a number, else words
# Ends of abbreviations of several letters, written without spaces, that never stand last in a sentence.
LEADING_ABBREVIATIONS = tuple(
    "d.h e.g i.a i.d.r i.e i.e.s i.s i.s.d i.s.v i.v.m m.a.w m.e m.w o.g u.u v.a z.b z.t".split()
)
# A number of up to three digits with a full stop after one of these is an ordinal: am 3. Oktober, der 120. Läufer.
ORDINAL_LEADS = frozenset(
    """am beim das dem den der des die diese diesem diesen dieser dieses ihr ihre ihrem ihren ihrer ihres im ins jede
    jedem jeden jeder jedes mein meine meinem meinen meiner sein seine seinem seinen seiner seines unser unsere
    unserem unseren unserer vom zum zur""".split()
)
ORDINAL_FOLLOWERS = frozenset(
    "januar jänner februar märz april mai juni juli august september oktober november dezember jahrhundert".split()
)
NEAR = 80  # characters around a full stop that tell whether it ends a sentence
ROMAN = re.compile(r"[IVXLC]+")
DOTTED_ABBREVIATION = re.compile(r"(?:\b[^\W\d_]{1,3}\.\s?)+[^\W\d_]{1,3}$|\w\.-\w+$")  # z. B, Dipl.-Ing
MEASURE = re.compile(r"(?:\d\s?(?:[km]?g|[kcmnµq]?m|m?l|t|h|ha|[kM]W|k?Wh|kV|[kMG]?Hz|[kMG]B|h?Pa)|\w/\w{1,2})[²³]?$")
CLOSING = "“”‘’»›)]"


def first_word(words: str) -> str:
    """The word that `words` begin with, without the marks before it."""
    return re.split(r"\W", words.lstrip("„«‚(\"'"), maxsplit=1)[0]


def ends_sentence(before: str, next_word: str, *, is_closed: bool = False) -> bool:
    """Whether a full stop after `before`, followed by a word that is not in small letters, ends a sentence.

    `is_closed` says that a closing mark or a note comes after the full stop.
    """
    *_, previous, word = ["", *re.split(r"[\s(\[„“«»‚/–—]", before)]
    starts_sentence = next_word.lower() in SENTENCE_STARTERS
    if not before.strip():
        return False
    if before[-1] in CLOSING or MEASURE.search(before):
        return True
    if word.isdigit():
        return _number_ends_sentence(word, previous, next_word)
    if ROMAN.fullmatch(word) or word.lower() in FINAL_ABBREVIATIONS:
        return starts_sentence
    if dotted := DOTTED_ABBREVIATION.search(before):
        return starts_sentence and not "".join(dotted.group().lower().split()).endswith(LEADING_ABBREVIATIONS)
    if len(word) == 1 and word.isalpha():  # Plan B, S. 12 f., but J. Brahms
        follows_word = previous.isdigit() if word.islower() else previous[:1].isupper() and previous[1:].isalpha()
        return starts_sentence and follows_word
    if word.lower() in NUMBERED_ABBREVIATIONS:
        return not (next_word[:1].isdigit() or len(next_word) == 1 or ROMAN.fullmatch(next_word))
    if word.lower() in ABBREVIATIONS:
        return False
    if word.endswith(("str", "Str")):
        return is_closed
    return bool(re.search(r"[aeiouyäöüAEIOUYÄÖÜ\d\W]", word)) or word.isupper() or starts_sentence


def _number_ends_sentence(number: str, previous: str, next_word: str) -> bool:
    """Whether a number with a full stop is no ordinal: a year, or the label of the noun before it (Platz 2, Abs. 1)."""
    if len(number) > 3:
        return True
    if previous.endswith(":") or next_word.lower() in ORDINAL_FOLLOWERS:
        return False
    if previous.lower() in ORDINAL_LEADS:
        return next_word.lower() in SENTENCE_STARTERS
    labels_a_noun = previous == "§" or re.fullmatch(r"[A-ZÄÖÜ][\w-]*\.?", previous) is not None
    is_label = labels_a_noun and previous.lower() not in DETERMINERS_AND_PREPOSITIONS and not next_word.isupper()
    return len(number) == 3 or is_label or next_word.lower() in SENTENCE_STARTERS
