"""The dialect of object stores: a bucket has a list of CORS rules, by which the store sends the headers itself."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from hdrcli.stacks.dialect import Dialect, quoted
from hdrcli.stacks.fix import FixText
from hdrcli.stacks.setting import Concept


def bucket_dialect(
    store: str,
    *,
    where: str,
    templates: Mapping[Concept, str],
    first_rule: tuple[str, ...],
    notes: Mapping[Concept, str],
    item: Callable[[str], str] = quoted,
    separator: str = ", ",
) -> Dialect:
    """The dialect of this store, whose buckets have their rules at `where`; `first_rule` is what a new list holds."""

    def no_option(note: str) -> FixText:
        return FixText(lines=(), where=where, note=note)

    by_itself = no_option(
        f"{store} adds the headers by itself to all responses that a CORS rule matches: correct the rule."
    )
    return Dialect(
        where=where,
        templates=templates,
        item=item,
        separator=separator,
        notes=notes,
        arrangements={
            "cors-layer": FixText(lines=first_rule, where=where),
            "outermost": by_itself,
            "preflights-first": by_itself,
            "errors": by_itself,
            "one-layer": no_option(
                "Remove {name} from the object's metadata, or from the proxy in front of the bucket."
            ),
            "vary-origin": no_option(
                f"{store} sends Vary: Origin only where a rule matches the request's Origin: have caches in front of "
                "it keep a copy for each Origin."
            ),
        },
    )
