"""Guesses in which legacy codec bytes were written that are not UTF-8.

The method is the plainest that works on the few lines of a list: every codec that decodes the
bytes at all is scored by the share of its characters that are frequent in its languages.
"""

from __future__ import annotations

from typing import NamedTuple

from listlint.model.patterns import lazy

__all__ = ["Codec", "guess"]


class Codec(NamedTuple):
    """A codec as Python and as people call it; ``wide`` ones take several bytes a character."""

    name: str
    label: str
    wide: bool
    frequent: frozenset[str]


_CYRILLIC = "оеаинтсрвлкмдпуяыьгзбчйхжшюцщэфъё"
_KANA = "のにはをたがでてとしれさいるなもかすまっらりんこあよくスンルトイアラリドクシテレムターデジ。、・「」本日語"
CODECS = (
    Codec("cp1252", "Windows-1252", False, frozenset("éèàêâîôûçëïüöäßñáíóúãõåøæÉÀÇÜÖÄÅØÑ’‘“”–—…•®©°·«»\xa0")),
    Codec(
        "gb18030",
        "GB18030",
        True,
        frozenset(
            "的一是不了在人有我他这个们中来上大为和国地到以说时要就出会可也你对生能而子那得于着下自之年过发后作里用道行所然家种"
            "事成方多经么去法学如都同现当没动面起看定天分还进好小部其些主样理心本前开但因只从想实日军者意无力它与长把机十民第公此"
            "已工使情明性知全三又关点正业外将两高间由问很最重并物手应战向头文体政美相见被利什二等产新己制身果加西斯月话合回特代内"
            "信表化老给世位次度门任常先海通教儿原东声提立及比员解水名真论处走义各入几口认条平系气题活尔更别打女变四神总何电数安少"
            "报才结反受目太量再感建务做接必场件计管期市直德资命山金指克许统区保至队形社便空决治展马科司五基眼书非则听白却界达光放"
            "强即像难且权思王象完设式色路记南品住告类求据程北边死张该交规万取拉格望觉术领共确传师观清今切院让识候带导争运资源模型"
            "习深网络算论文码，。：；（）、！？“”《》【】"
        ),
    ),
    Codec("cp932", "Shift_JIS", True, frozenset(_KANA)),
    Codec("euc_jp", "EUC-JP", True, frozenset(_KANA)),
    Codec(
        "cp949",
        "EUC-KR",
        True,
        frozenset(
            "이다의는에을가고하지로한기사리도인자서어대시를니스나정해그부일과으들수있보은전주게소아상장만것여용성오구라제학습"
            "모델데터논문자료영동화원조신국내방선경무마면적저문발공우연생분계중트"
        ),
    ),
    Codec(
        "big5",
        "Big5",
        True,
        frozenset(
            "的一是不了在人有我他這個們中來上大為和國地到以說時要就出會可也你對生能而子那得於著下自之年過發後作裡用道行所然家種"
            "事成方多經麼去法學如都同現當沒動面起看定天分還進好小部其些主樣理心本前開但因只從想實，。：；（）、！？「」"
        ),
    ),
    Codec("cp1251", "Windows-1251", False, frozenset(_CYRILLIC)),
    Codec("koi8_r", "KOI8-R", False, frozenset(_CYRILLIC)),
    Codec("cp1250", "Windows-1250", False, frozenset("ąćęłńóśźżčěřšžýůáéíőűţăşŁŚŻČŠŽ’“”„–—…\xa0")),
    Codec("latin-1", "Latin-1", False, frozenset("éèàêâîôûçëïüöäßñáíóúãõåøæ®©°·«»\xa0")),
    Codec("mac_roman", "MacRoman", False, frozenset("éèàêâîôûçëïüöäßñáíóúãõåøæ’“”–—…\xa0")),
)
"""In the order in which they win where they are equally likely."""
_SCORE = 0.3
"""Share of frequent characters below which nothing is claimed."""
_ALONE = lazy(r"[a-zA-Z][а-яёА-ЯЁ]|[а-яёА-ЯЁ][a-zA-Z]|(?<![а-яёА-ЯЁ])[а-яё](?![а-яёА-ЯЁ])")
"""Cyrillic that stands alone in Latin text."""


def guess(lines: list[bytes]) -> Codec | None:
    """The codec that these lines were most likely written in, or None if none fits.

    Only a codec that decodes every one of them is named.
    """
    sample = b"\n".join(lines)
    best: tuple[float, Codec] | None = None
    for codec in CODECS:
        try:
            text = sample.decode(codec.name)
        except UnicodeDecodeError:
            continue
        score = _score(text, codec)
        if score >= _SCORE and (best is None or score > best[0]):
            best = (score, codec)
    return best[1] if best else None


def _score(text: str, codec: Codec) -> float:
    foreign = [char for char in text if char > "\x7f"]
    if not foreign or any("\x80" <= char <= "\x9f" for char in foreign):
        return 0.0
    hits = sum(char in codec.frequent for char in foreign)
    if codec.frequent >= frozenset("оеа"):
        hits -= len(_ALONE.findall(text))
    return hits / len(foreign)
