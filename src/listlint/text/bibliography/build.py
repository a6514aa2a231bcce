"""From documents to a bibliography: works, keys, and what is written for each."""

from __future__ import annotations

from typing import TYPE_CHECKING

from msgspec import Struct

from listlint.text.bibliography.gather import works
from listlint.text.bibliography.keys import Keys, base_key
from listlint.text.bibliography.macros import Macros
from listlint.text.bibliography.read_bibtex import from_bibtex
from listlint.text.bibliography.read_entries import from_entries
from listlint.text.bibliography.write_bibtex import built, clean, kept, macro_names

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from listlint.model.nodes import Document
    from listlint.text.bibliography.gather import Place, Work
    from listlint.text.bibliography.read_entries import Venues
    from listlint.text.bibliography.reference import Reference


class Item(Struct, frozen=True, eq=False):
    """A work of a bibliography with its key; ``reference`` is None where the list has BibTeX of its own."""

    key: str
    work: Work
    reference: Reference | None


class Bibliography:
    """The works that documents list, in their order, each with a key of its own.

    ``notices`` say what the user should know: broken BibTeX, keys that had to change, macros that nobody
    defines. Those on how BibTeX is written are complete once :meth:`bibtex` is through.
    """

    def __init__(self, documents: Sequence[Document], venues: Venues) -> None:
        found, self.notices = works(documents)
        self._macros = Macros(documents)
        self._undefined: set[str] = set()
        self.items = self._with_keys(found, venues)

    def _with_keys(self, found: Sequence[Work], venues: Venues) -> list[Item]:
        """Give every work a key: first those that the list has, so that they stay."""
        own = Keys()
        kept_keys: dict[int, str] = {}
        for work in found:
            if work.kept is not None and work.kept.bib is not None:
                wanted = clean(work.kept.bib.key)
                key = kept_keys[id(work)] = own.take(wanted)
                if key != wanted:
                    self.notices.append(f"{work.kept.shown}: the key {wanted} names another work too and becomes {key}")
        items = []
        for work in found:
            if id(work) in kept_keys:
                items.append(Item(kept_keys[id(work)], work, None))
            else:
                reference = from_entries(work, venues)
                key = next((place.key for place in work.places if place.key), "")
                items.append(Item(own.take(key or base_key(reference, work.names)), work, reference))
        return items

    def references(self) -> Iterator[tuple[str, Reference]]:
        """Each work's key and what the list says of it; BibTeX is read as data."""
        for item in self.items:
            if item.reference is not None:
                yield item.key, item.reference
            elif item.work.kept is not None and item.work.kept.bib is not None:
                place = item.work.kept
                yield item.key, from_bibtex(item.work.kept.bib, self._macros.at(place.document, place.bib_start))

    def bibtex(self) -> list[str]:
        """The blocks of BibTeX: the macros that are used, then one block a work."""
        strings: dict[str, str] = {}
        blocks = [self._block(item, strings) for item in self.items]
        defined = "\n".join(f"@string{{{name} = {{{text}}}}}" for name, text in strings.items())
        return [defined, *blocks] if defined else blocks

    def _block(self, item: Item, strings: dict[str, str]) -> str:
        if item.reference is not None:
            return built(item.key, item.reference)
        place = item.work.kept
        assert place is not None
        assert place.bib is not None
        text, twice = kept(place.document, place.bib, item.key, self._clashing(place, strings))
        if twice:
            names = ", ".join(dict.fromkeys(twice))
            self.notices.append(f"{place.shown}: {place.bib.key} has {names} more than once; the first counts")
        return text

    def _clashing(self, place: Place, strings: dict[str, str]) -> dict[str, str]:
        """The macros of a reference that mean something else elsewhere; the others are noted in ``strings``."""
        assert place.bib is not None
        look = self._macros.at(place.document, place.bib_start)
        clashing: dict[str, str] = {}
        for name in macro_names(place.bib):
            text = look(name)
            if text is None:
                if name not in self._undefined:
                    self.notices.append(f"{place.shown}: nothing defines the macro {name} that {place.bib.key} uses")
                self._undefined.add(name)
            elif strings.setdefault(name, clean(text)) != clean(text):
                clashing[name] = text
        return clashing
