import time
from collections import defaultdict

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from listlint.text.identity import arxiv_id, identity

HASH = "0d1a9651497a38d8b1c3871c84528bd4"
SHA = "9636d8aedd476ef19c762923119750aec95bf8ca"

KNOWN = {
    "arxiv:2110.13786": (
        "https://arxiv.org/abs/2110.13786", "http://arxiv.org/pdf/2110.13786", "https://www.arxiv.org/pdf/2110.13786v2.pdf",
        "https://arxiv.org/html/2110.13786v1", "https://arxiv.org/ps/2110.13786", "https://arxiv.org/abs/2110.13786?context=cs#S1",
        "https://export.arxiv.org/abs/2110.13786", "http://xxx.lanl.gov/abs/2110.13786", "https://de.arxiv.org/abs/2110.13786/",
        "https://ar5iv.org/abs/2110.13786", "https://ar5iv.labs.arxiv.org/html/2110.13786", "https://alphaxiv.org/abs/2110.13786v1",
        "https://www.arxiv-vanity.com/papers/2110.13786/", "https://huggingface.co/papers/2110.13786", "arXiv:2110.13786v3",
        "https://doi.org/10.48550/arXiv.2110.13786", "https://www.semanticscholar.org/arxiv/2110.13786",
        "https://arxiv.org/ftp/arxiv/papers/2110/2110.13786.pdf", "https://arxiv.org/e-print/2110.13786", "https://arxiv.org/2110.13786",
    ),
    "arxiv:math/0309136": (
        "https://arxiv.org/abs/math/0309136", "https://arxiv.org/abs/math.GT/0309136v1", "https://arxiv.org/pdf/math/0309136.pdf",
        "https://arxiv.org/ftp/math/papers/0309/0309136.pdf", "arXiv:math.GT/0309136", "https://doi.org/10.48550/arXiv.math/0309136",
    ),
    "arxiv:hep-th/9901001": ("https://arxiv.org/abs/hep-th/9901001",),
    "arxiv-author:warner_s_1": ("https://arxiv.org/a/warner_s_1", "https://arxiv.org/a/warner_s_1.atom2"),
    "doi:10.1145/3446776": (
        "https://doi.org/10.1145/3446776", "http://dx.doi.org/10.1145/3446776", "https://dl.acm.org/doi/pdf/10.1145/3446776",
        "https://dl.acm.org/doi/abs/10.1145/3446776?casa_token=x:y", "https://dl.acm.org/doi/fullHtml/10.1145/3446776",
        "doi:10.1145/3446776", "https://doi.org/10.1145%2F3446776", "https://doi.acm.org/10.1145/3446776", "info:doi/10.1145/3446776",
        "https://doi.org/doi:10.1145/3446776",
    ),
    "doi:10.1145/1014052.1014122": (
        "https://dl.acm.org/citation.cfm?doid=1014052.1014122", "http://portal.acm.org/citation.cfm?id=1014052.1014122",
    ),
    "acm:3007745": ("https://dl.acm.org/citation.cfm?id=3007745", "https://dl.acm.org/citation.cfm?id=3007745&bnc=1"),
    "doi:10.1007/978-3-319-46604-0_30": (
        "http://link.springer.com/chapter/10.1007%2F978-3-319-46604-0_30", "https://link.springer.com/10.1007/978-3-319-46604-0_30",
        "https://link.springer.com/content/pdf/10.1007/978-3-319-46604-0_30.pdf", "https://doi.org/10.1007/978-3-319-46604-0_30",
    ),
    "doi:10.1111/rssb.12293": ("https://rss.onlinelibrary.wiley.com/doi/full/10.1111/rssb.12293?casa_token=a:b",),
    "doi:10.1080/01621459.2017.1319839": ("https://www.tandfonline.com/doi/full/10.1080/01621459.2017.1319839",),
    "doi:10.1101/2020.11.24.396994": (
        "https://www.biorxiv.org/content/10.1101/2020.11.24.396994v1", "https://doi.org/10.1101/2020.11.24.396994",
        "https://www.biorxiv.org/content/10.1101/2020.11.24.396994v2.full.pdf",
    ),
    "doi:10.1101/180471": (
        "https://www.biorxiv.org/content/biorxiv/early/2017/08/25/180471.full.pdf", "https://www.biorxiv.org/content/early/2017/08/25/180471",
        "https://www.biorxiv.org/content/10.1101/180471v3.full",
    ),
    "doi:10.1038/s41586-021-03819-2": (
        "https://www.nature.com/articles/s41586-021-03819-2", "https://www.nature.com/articles/s41586-021-03819-2.pdf",
        "https://doi.org/10.1038/S41586-021-03819-2",
    ),
    "doi:10.1371/journal.pone.0187736": (
        "https://journals.plos.org/plosone/article?id=10.1371/journal.pone.0187736",
        "https://journals.plos.org/plosone/article/file?id=10.1371/journal.pone.0187736&type=printable",
    ),
    "doi:10.5281/zenodo.3828467": ("https://zenodo.org/record/3828467", "https://doi.org/10.5281/zenodo.3828467"),
    "ieee:7348689": (
        "https://ieeexplore.ieee.org/document/7348689/", "http://ieeexplore.ieee.org/abstract/document/7348689",
        "https://ieeexplore.ieee.org/stamp/stamp.jsp?tp=&arnumber=7348689", "http://ieeexplore.ieee.org/xpl/freeabs_all.jsp?arnumber=07348689",
        "https://ieeexplore.ieee.org/iel5/5589107/5590383/07348689.pdf",
    ),
    "pii:S092523122030151X": (
        "https://www.sciencedirect.com/science/article/pii/S092523122030151X?via%3Dihub",
        "https://linkinghub.elsevier.com/retrieve/pii/S092523122030151X", "http://www.sciencedirect.com/science/article/abs/pii/S092523122030151X",
    ),
    "openreview:B1al7jg0b": (
        "https://openreview.net/forum?id=B1al7jg0b", "http://openreview.net/pdf?id=B1al7jg0b",
        "https://openreview.net/attachment?id=B1al7jg0b&name=pdf", "https://openreview.net/forum?id=B1al7jg0b&noteId=B1al7jg0b",
    ),
    "acl:D15-1166": (
        "https://aclanthology.org/D15-1166/", "https://aclanthology.org/D15-1166.pdf", "http://www.aclweb.org/anthology/D15-1166",
        "http://aclweb.org/anthology/D/D15/D15-1166.pdf", "https://www.aclweb.org/old_anthology/D/D15/D15-1166.pdf",
        "https://aclanthology.info/papers/D15-1166/d15-1166", "https://aclanthology.coli.uni-saarland.de/papers/D15-1166/d15-1166",
        "http://anthology.aclweb.org/D/D15/D15-1166.pdf", "https://aclanthology.org/D15-1166v2.pdf", "https://doi.org/10.18653/v1/D15-1166",
    ),
    "acl:2020.acl-main.493": (
        "https://www.aclweb.org/anthology/2020.acl-main.493.pdf", "https://aclanthology.org/2020.acl-main.493/",
        "https://doi.org/10.18653/v1/2020.acl-main.493",
    ),
    "pmlr:v80/liao18c": (
        "http://proceedings.mlr.press/v80/liao18c/liao18c.pdf", "https://proceedings.mlr.press/v80/liao18c.html",
        "https://raw.githubusercontent.com/mlresearch/v80/main/assets/liao18c/liao18c.pdf",
    ),
    "pmlr:v32/andoni14": (
        "http://proceedings.mlr.press/v32/andoni14.pdf", "http://jmlr.org/proceedings/papers/v32/andoni14.pdf",
        "http://www.jmlr.org/proceedings/papers/v32/andoni14.html",
    ),
    f"neurips:{HASH}": (
        f"https://proceedings.neurips.cc/paper/2019/hash/{HASH}-Abstract.html", f"https://papers.nips.cc/paper/2019/file/{HASH}-Paper.pdf",
        f"https://proceedings.neurips.cc/paper_files/paper/2019/file/{HASH}-Paper-Conference.pdf",
        f"https://papers.neurips.cc/paper/2019/hash/{HASH}-Abstract.html", f"https://proceedings.neurips.cc//paper/2019/file/{HASH}-Paper.pdf",
    ),
    "neurips:3628": (
        "http://papers.nips.cc/paper/3628-kernel-methods-for-deep-learning", "http://papers.nips.cc/paper/3628-kernel-methods-for-deep-learning.pdf",
        "https://papers.neurips.cc/paper/3628-kernel-methods-for-deep-learning.pdfs",
    ),
    "cvf:cvpr2016/cui_tracking_cvpr_2016": (
        "https://www.cv-foundation.org/openaccess/content_cvpr_2016/html/Cui_Tracking_CVPR_2016_paper.html",
        "http://openaccess.thecvf.com/content_cvpr_2016/papers/Cui_Tracking_CVPR_2016_paper.pdf",
    ),
    "cvf:cvpr2021w/ntire/chen_x_cvprw_2021": (
        "https://openaccess.thecvf.com/content/CVPR2021W/NTIRE/html/Chen_X_CVPRW_2021_paper.html",
        "https://openaccess.thecvf.com/content/CVPR2021W/NTIRE/papers/Chen_X_CVPRW_2021_paper.pdf",
    ),
    "jmlr:v18/17-468": (
        "https://www.jmlr.org/papers/volume18/17-468/17-468.pdf", "http://jmlr.org/papers/v18/17-468.html",
        "https://jmlr.csail.mit.edu/papers/volume18/17-468/17-468.pdf",
    ),
    f"s2:{SHA}": (
        f"https://www.semanticscholar.org/paper/A-Title/{SHA}", f"https://www.semanticscholar.org/paper/{SHA}",
        f"https://pdfs.semanticscholar.org/{SHA[:4]}/{SHA[4:]}.pdf", f"https://www.semanticscholar.org/reader/{SHA}",
    ),
    "s2:corpus-123": ("https://api.semanticscholar.org/CorpusID:123",),
    "pmid:2186426": (
        "http://www.ncbi.nlm.nih.gov/pubmed/2186426", "https://pubmed.ncbi.nlm.nih.gov/2186426/", "https://europepmc.org/article/MED/2186426",
    ),
    "pmcid:PMC5391725": (
        "https://www.ncbi.nlm.nih.gov/pmc/articles/PMC5391725/", "https://www.ncbi.nlm.nih.gov/pmc/articles/PMC5391725/pdf/ocw112.pdf",
        "https://pmc.ncbi.nlm.nih.gov/articles/PMC5391725/",
    ),
    "github:owner/repo": (
        "https://github.com/Owner/repo", "http://www.github.com/owner/Repo/", "https://github.com/owner/repo.git", "git://github.com/owner/repo.git",
        "https://github.com/owner/repo#readme", "https://github.com/owner/repo/tree/master", "https://github.com/owner/repo/tree/main/",
        "https://github.com/owner/repo?tab=readme-ov-file#readme", "https://github.com//owner/repo",
    ),
    "gitlab:group/sub/repo": ("https://gitlab.com/group/sub/Repo", "https://gitlab.com/group/sub/repo.git", "https://gitlab.com/group/sub/repo/-/tree/main"),
    "gist:0123456789abcdef0123": ("https://gist.github.com/me/0123456789abcdef0123", "https://gist.github.com/0123456789abcdef0123"),
    "huggingface:owner/model-7B": ("https://huggingface.co/owner/model-7B", "https://hf.co/owner/model-7B/tree/main"),
    "huggingface:datasets/owner/data": ("https://huggingface.co/datasets/owner/data",),
    "youtube:dQw4w9WgXcQ": (
        "https://www.youtube.com/watch?v=dQw4w9WgXcQ&t=3s", "https://youtu.be/dQw4w9WgXcQ?si=x", "https://www.youtube.com/embed/dQw4w9WgXcQ",
        "https://m.youtube.com/watch?list=PLx&v=dQw4w9WgXcQ", "https://www.youtube-nocookie.com/embed/dQw4w9WgXcQ", "https://youtube.com/live/dQw4w9WgXcQ",
    ),
    "youtube-list:PLE1qPKuGSJaANYwZJweIuzceWHCJI8mnE": ("https://www.youtube.com/playlist?list=PLE1qPKuGSJaANYwZJweIuzceWHCJI8mnE&si=x",),
    "isbn:9780306406157": (
        "https://www.amazon.com/Some-Book/dp/0306406152/ref=sr_1_1", "https://www.springer.com/gp/book/9780306406157", "isbn:0-306-40615-2",
        "urn:isbn:9780306406157", "https://www.oreilly.com/library/view/some-book/9780306406157/", "https://openlibrary.org/isbn/9780306406157",
        "https://www.sciencedirect.com/book/9780306406157/some-book", "https://www.amazon.co.uk/gp/product/0306406152",
    ),
    "ssrn:123456": ("https://papers.ssrn.com/sol3/papers.cfm?abstract_id=123456", "https://ssrn.com/abstract=123456"),
    "citeseerx:10.1.1.44.3435": ("http://citeseerx.ist.psu.edu/viewdoc/summary?doi=10.1.1.44.3435",),
}  # fmt: skip

OTHERS = (
    "https://arxiv.org/abs/xxxx.xxxxx", "https://arxiv.org/list/cs.CG/recent", "https://arxiv.org/abs/1905.05178v1f", "https://info.arxiv.org/abs/1905.05178",
    "https://github.com/owner/repo/blob/main/README.md", "https://github.com/owner/repo#usage", "https://github.com/owner", "https://github.com/topics/python",
    "https://github.com/owner/repo/tree/dev", "https://github.com/owner/repo/tree/main/docs", "https://github.com/owner/repo/issues/1",
    "https://github.com/orgs/owner", "https://gist.github.com/me", "https://gitlab.com/group", "https://gitlab.com/group/repo/-/issues",
    "https://gitlab.com/users/someone/projects", "https://huggingface.co/owner", "https://huggingface.co/blog/some-post", "https://huggingface.co/docs/transformers",
    "https://huggingface.co/owner/model/blob/main/config.json", "https://huggingface.co/collections/owner/c-123",
    "https://openreview.net/group?id=ICLR.cc/2020", "https://openreview.net/references/pdf?id=Sy2fzU9gl", "https://openreview.net/forum?id=B1al7jg0b&noteId=other12",
    "https://openreview.net/attachment?id=B1al7jg0b&name=supplementary_material",
    f"https://proceedings.neurips.cc/paper/2020/file/{HASH}-Supplemental.pdf", f"https://papers.nips.cc/paper/2020/file/{HASH}-Review.html",
    "http://papers.nips.cc/paper/5423-generative-adversarial-nets-supplemental.zip", "http://jmlr.org/proceedings/papers/v37/chung15-supp.pdf",
    "https://openaccess.thecvf.com/content_cvpr_2018/CameraReady/0490.pdf", "https://openaccess.thecvf.com/content/CVPR2021/supplemental/Chen_X_supplemental.pdf",
    "https://aclanthology.org/events/acl-2020/", "https://www.aclweb.org/anthology/attachments/2020.acl-main.265.Dataset.zip", "https://www.aclweb.org/portal/",
    "https://dl.acm.org/doi/suppl/10.1145/3446776", "https://link.springer.com/journal/10994", "https://www.nature.com/articles/d41586-020-00001-1",
    "https://www.ncbi.nlm.nih.gov/pmc/articles/PMC5391725/figure/F1/", "https://ieeexplore.ieee.org/xpl/conhome.jsp?punumber=1000002",
    "https://www.youtube.com/channel/UCTz1gQUaMXe_73vYNLFCDAw", "https://www.youtube.com/@someone", "https://www.youtube.com/embed/videoseries?list=PLx",
    "https://www.amazon.com/dp/B00EKYLFSI", "https://www.amazon.com/dp/0306406153", "https://www.oreilly.com/library/view/some-book/9780306406157/ch01.html",
    "http://citeseerx.ist.psu.edu/viewdoc/download?doi=abc", "https://web.archive.org/web/2012/https://arxiv.org/abs/2110.13786", "https://a.dev/arxiv.org/abs/2110.13786",
)  # fmt: skip


@pytest.mark.parametrize(("name", "url"), [(name, url) for name, urls in KNOWN.items() for url in urls])
def test_known_shapes(name: str, url: str) -> None:
    assert identity(url) == name


def test_other_pages_are_only_themselves() -> None:
    found = [identity(url) for url in OTHERS]
    assert all(name is not None and name.startswith("url:") for name in found), found
    assert len(set(found)) == len(OTHERS)


@pytest.mark.parametrize(
    "target",
    [
        "",
        "#top",
        "docs/x.md",
        "/docs",
        "../x",
        "?a=1",
        "mailto:a@b.dev",
        "javascript:void(0)",
        "https://",
        "www.a.dev",
        "doi:x",
    ],
)
def test_what_names_no_work(target: str) -> None:
    assert identity(target) is None


@pytest.mark.parametrize(
    ("url", "form", "version", "www"),
    [
        ("https://arxiv.org/abs/2110.13786", "abs", None, False),
        ("http://www.arxiv.org/pdf/2110.13786v12", "pdf", 12, True),
        ("https://arxiv.org/pdf/2110.13786v1.pdf", "pdf.pdf", 1, False),
        ("https://arxiv.org/abs/2110.13786.pdf", "abs.pdf", None, False),
        ("https://arxiv.org/html/2110.13786v2", "html", 2, False),
        ("https://arxiv.org/ftp/arxiv/papers/2110/2110.13786.pdf", "ftp", None, False),
        ("https://ar5iv.org/abs/2110.13786", "mirror", None, False),
        ("https://doi.org/10.48550/arXiv.2110.13786", "doi", None, False),
    ],
)
def test_arxiv_forms(url: str, form: str, version: int | None, *, www: bool) -> None:
    found = arxiv_id(url)
    assert found is not None
    assert (found.form, found.version, found.www) == (form, version, www)


def test_written_arxiv_numbers_keep_their_subject_class() -> None:
    found = arxiv_id("https://arxiv.org/abs/math.GT/0309136v1")
    assert found is not None
    assert (found.id, found.written) == ("math/0309136", "math.GT/0309136")


NUMBERS = st.builds("{:02d}{:02d}.{:05d}".format, st.integers(7, 30), st.integers(1, 12), st.integers(1, 99999))
KEYS = st.from_regex(r"[a-z]{2,8}[0-9]{2}[a-c]", fullmatch=True)
WORKS = st.one_of(
    NUMBERS.map(lambda n: (n, [f"https://arxiv.org/{form}/{n}" for form in ("abs", "pdf", "html")] + [f"arxiv:{n}"])),
    KEYS.map(lambda k: (k, [f"http://proceedings.mlr.press/v97/{k}/{k}.pdf", f"https://proceedings.mlr.press/v97/{k}.html"])),
    KEYS.map(lambda k: (k, [f"https://github.com/o/{k}", f"https://github.com/O/{k.upper()}.git"])),
    st.integers(1, 10**8).map(lambda n: (str(n), [f"https://ieeexplore.ieee.org/document/{n}", f"https://ieeexplore.ieee.org/stamp/stamp.jsp?arnumber={n}"])),
    st.from_regex(r"10\.[0-9]{4}/[a-z0-9.-]{2,12}[a-z0-9]", fullmatch=True).map(
        lambda d: (d, [f"https://doi.org/{d}", f"https://pubs.example.org/doi/abs/{d}", f"doi:{d.upper()}"])
    ),
)  # fmt: skip


@settings(max_examples=60)
@given(st.lists(WORKS, max_size=12, unique_by=lambda work: work[0]))
def test_all_forms_of_a_work_and_no_other_work_share_an_identity(works: list[tuple[str, list[str]]]) -> None:
    owners: dict[str | None, set[tuple[str, str]]] = defaultdict(set)
    for name, urls in works:
        names = {identity(url) for url in urls}
        assert len(names) == 1, (urls, names)
        owners[names.pop()].add((name, urls[0]))
    assert all(len(group) == 1 for group in owners.values()), owners


PARTS = (
    "https://", "doi:", "arxiv:", "isbn:", "arxiv.org", "doi.org", "github.com", "youtube.com", "openreview.net", "/abs/", "/pdf/", "/doi/",
    "/", "?id=", "?v=", "10.1145/", "2110.13786", "v1", ".pdf", "%2F", "%FF", "%", "#", "\udc80", "\0", " ", "ſ", "１", "[", "@", ":",
)  # fmt: skip


@settings(max_examples=200)
@given(st.one_of(st.text(), st.lists(st.sampled_from(PARTS), max_size=10).map("".join)))
def test_any_target_is_read(target: str) -> None:
    name = identity(target)
    assert name is None or ":" in name
    if name is not None:
        name.encode("utf-8")


def test_bytes_that_are_no_text_stay_apart() -> None:
    assert identity("https://doi.org/10.1145/%FF") != identity("https://doi.org/10.1145/%FE")


@pytest.mark.parametrize("unit", ["/", "a", "1", "%41", "-", ".", "a/", "10.1145/", "A1", "?id="])
def test_long_targets_take_linear_time(unit: str) -> None:
    start = time.process_time()
    for host in (
        "arxiv.org",
        "doi.org",
        "github.com",
        "gitlab.com",
        "proceedings.mlr.press",
        "openaccess.thecvf.com",
        "papers.nips.cc",
        "link.springer.com",
        "a.dev",
    ):
        identity(f"https://{host}/" + unit * (100_000 // len(unit)))
        identity(f"https://{host}/doi/" + unit * (100_000 // len(unit)))
    assert time.process_time() - start < 3
