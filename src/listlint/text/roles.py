"""Words that say what a link is for, when they are all of its text."""

from __future__ import annotations

import re
from functools import lru_cache

from listlint.model.nodes import Role
from listlint.model.patterns import lazy

_WORDS: dict[Role, str] = {
    Role.PDF: ("pdf|paper pdf|pdf link|full text|fulltext|pdf version|download pdf|ps"),
    Role.PAPER: (
        "paper|papers|arxiv|arxiv link|arxiv preprint|preprint|abs|abstract|paper link|paper page|"
        "link to paper|html|publication|acm|ieee|springer|elsevier|sciencedirect|acl anthology|"
        "biorxiv|medrxiv|ssrn|doi|thesis|technical report|tech report|report|journal|"
        "original paper|论文|論文|논문|논문 링크|paper url|article link|статья"
    ),
    Role.CODE: (
        "code|codes|github|git|gitlab|source|source code|repo|repository|implementation|"
        "official code|official|github repo|github link|code link|official implementation|pytorch|"
        "tensorflow|tf|keras|jax|caffe|matlab|torch|theano|mxnet|chainer|pytorch code|"
        "tensorflow code|code pytorch|code tensorflow|unofficial code|reimplementation|python|"
        "notebook|jupyter notebook|代码|コード|코드|код|software|model|models|weights|checkpoint|"
        "checkpoints|pretrained models|package"
    ),
    Role.PROJECT: (
        "project|project page|projectpage|project website|project site|homepage|home page|home|"
        "website|web|site|webpage|web page|page|official website|official site|project link|项目主页|"
        "主页|官网|сайт|proj|project-page"
    ),
    Role.SLIDES: ("slides|slide|ppt|pptx|presentation|poster|deck|talk slides|slides link|keynote|handout"),
    Role.VIDEO: (
        "video|videos|youtube|talk|lecture|lectures|recording|vimeo|video link|talk video|"
        "bilibili|视频|動画|영상|видео|presentation video|spotlight|spotlight video|oral"
    ),
    Role.BLOG: (
        "blog|blog post|blogpost|post|article|medium|blog link|news|tutorial|explanation|summary|notes|note|博客|ブログ"
    ),
    Role.DATA: (
        "data|dataset|datasets|data link|download|corpus|benchmark|数据|数据集|huggingface|hugging face|hf|dataset link"
    ),
    Role.DEMO: ("demo|demos|colab|google colab|playground|live demo|online demo|try it|app|online|live|space|spaces"),
    Role.DOCS: ("docs|doc|documentation|manual|readme|api|guide|wiki|reference|docs link"),
    Role.SUPPLEMENT: ("supp|supplement|supplementary|supplementary material|supplemental|appendix|suppl|supp material"),
    Role.REVIEW: ("openreview|review|reviews|discussion|comments|reddit|hn|hacker news|twitter|tweet|forum"),
    Role.CITATION: ("bibtex|bib|cite|citation|scholar|google scholar|semantic scholar|dblp"),
    Role.BOOK: ("book|ebook|textbook|book link|amazon|buy"),
    Role.HERE: (
        "here|link|links|this|this link|click here|click|url|链接|リンク|링크|ссылка|see here|more|"
        "read more|this one|website link"
    ),
    Role.NAVIGATION: (
        "back to top|go back to top|return to top|back to the top|go to top|scroll to top|back to contents|"
        "back to table of contents|back to toc|back to index|回到顶部|返回顶部|返回目录|回到目录|回目录|トップへ戻る|"
        "目次へ戻る|目次に戻る|맨 위로|목차로|наверх|к началу|к содержанию|к оглавлению|volver arriba|"
        "volver al inicio|volver al índice|voltar ao topo|بازگشت به بالا|العودة إلى الأعلى|العودة للأعلى"
    ),
}
_LONGEST = 60
"""Characters of the longest text that can be a role word with what surrounds it."""
ROLE_OF_WORD: dict[str, Role] = {word: role for role, words in _WORDS.items() for word in words.split("|")}

_TRIM = lazy(r"\A[\W_]++|[\W_]++\Z")
_LABEL = lazy(r"(?P<label>[^\W\d_][\w /-]{1,30}?)(?:\s++(?:link|url))?\s*+[:：]\s*+[\[(]?\s*+\Z")
_NUMBERED = lazy(r"\s*+(?:\d++|[ivx]++|#\d++|v\d++)\Z")
_VENUE = lazy(
    r"[A-Za-z][A-Za-z&/.+ -]{1,40}?[\s,.'’:-]{0,3}(?:19|20)?\d\d(?:\s?\((?:oral|spotlight|poster)\))?\Z", re.IGNORECASE
)
_VENUES = (
    "arxiv|corr|neurips|nips|icml|iclr|cvpr|iccv|eccv|wacv|bmvc|aaai|ijcai|aistats|uai|colt|kdd|www|sigir|cikm|wsdm|"
    "recsys|acl|emnlp|naacl|eacl|coling|tacl|conll|interspeech|icassp|icra|iros|rss|corl|siggraph|tog|tpami|pami|jmlr|"
    "tmlr|tip|tnnls|ijcv|nature|science|pnas|sigmod|vldb|icde|osdi|sosp|nsdi|eurosys|usenix|asplos|isca|micro|hpca|"
    "mlsys|icse|fse|ase|issta|ccs|ndss|miccai|chi|uist|ismir|3dv|accv|icip|acmmm|acm mm"
)
_VENUE_HEAD = lazy(rf"(?:{_VENUES})(?![^\W\d])", re.IGNORECASE)
VENUE_WORDS = frozenset(name.split()[0] for name in _VENUES.split("|"))
"""The words with which the texts begin that :func:`is_venue` knows, in lower case."""
_FIRST_WORD = lazy(r"3dv|[a-z]++")
_YEAR = lazy(r"(?:19|20)?[0-9]{2}(?![0-9])")


def folded(text: str) -> str:
    """A link's text as role words are compared: case folded, brackets and emoji around it gone."""
    return _trimmed(" ".join(text.split())).casefold()


def _trimmed(text: str) -> str:
    """``text`` without what is neither letter nor digit around it."""
    return text if text[:1].isalnum() and text[-1:].isalnum() else _TRIM.sub("", text)


@lru_cache(maxsize=4096)
def role_of(text: str) -> Role | None:
    """The role that a link text names when it is a role word and nothing else."""
    if len(text) > _LONGEST:
        return None
    word = folded(text)
    role = ROLE_OF_WORD.get(word)
    if role is None and (word[-1:].isdecimal() or word.endswith(("i", "v", "x"))):
        role = ROLE_OF_WORD.get(_NUMBERED.sub("", word))
    return role


def label_role(before: str) -> Role | None:
    """The role that the label before a link names: ``paper link: ``, ``Code: [``."""
    match = _LABEL.search(before[-40:])
    return role_of(match["label"]) if match else None


def is_venue(text: str) -> bool:
    """Tell whether a link text is a venue with its year (``NeurIPS 2020``), not a title."""
    text = _trimmed(text.strip()) if len(text) <= 64 else ""
    first = _FIRST_WORD.match(text.lower()) if 0 < len(text) <= 48 else None
    if first is None or first[0] not in VENUE_WORDS:
        return False
    head = _VENUE_HEAD.match(text)
    if head is None:
        return False
    if text[head.end() : head.end() + 1].isdigit():
        return _YEAR.fullmatch(text, head.end()) is not None
    return bool(_VENUE.match(text)) or len(text.split()) == 1


def is_address(text: str) -> bool:
    """Tell whether a link text is itself a URL or a host name."""
    text = text.strip()
    return text.startswith(("http://", "https://", "www.")) or (
        " " not in text and "." in text and "/" in text and text.split("/")[0].count(".") >= 1 and text[0].isalnum()
    )
