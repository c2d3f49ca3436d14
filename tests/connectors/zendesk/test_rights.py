"""What our user must be allowed to do."""

from __future__ import annotations

import pytest

from connectors.zendesk.rights import remedies


@pytest.mark.parametrize(
    ("user", "told"),
    [
        ({"role": "admin"}, []),
        ({"role": "agent", "ticket_restriction": None, "only_private_comments": False, "role_type": 0}, []),
        ({"suspended": True}, ["suspended"]),
        ({"ticket_restriction": "groups"}, ["only some of the tickets"]),
        ({"only_private_comments": True}, ["internal notes only"]),
        ({"role_type": 1}, ["internal notes only"]),
        ({"suspended": True, "ticket_restriction": "assigned"}, ["suspended", "only some"]),
    ],
)
def test_what_is_missing_is_told_with_its_remedy(user: dict[str, object], told: list[str]) -> None:
    found = remedies(user)

    assert len(found) == len(told)
    assert all(words in line for words, line in zip(told, found, strict=True))
    assert all(": " in line for line in found)
