"""What a look at a whole policy finds.

Rule 1: an error is something that cannot be meant; a warning is something that may be.
Rule 2: a message names what was found and says what to do; the code stays the same when the words get better.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class Level(StrEnum):
    """How bad a finding is."""

    ERROR = "error"
    WARNING = "warning"


class Code(StrEnum):
    """Every kind of finding; docs/reference/checks.md says what each means and what to do."""

    # The file itself
    MISTAKE = "mistake"
    # Conditions
    NEVER_TRUE = "never_true"
    ONLY_DONE = "only_done"
    DEAD_PART = "dead_part"
    ALWAYS_TRUE = "always_true"
    ONLY_IN_PASSING = "only_in_passing"
    EVENT_AND_CLOCK = "event_and_clock"
    # Single tests
    CONTAINS_IN_TEXT = "contains_in_text"
    WORDS_IN_NO_TEXT = "words_in_no_text"
    CHANGE_NEVER_TOLD = "change_never_told"
    FINDS_EVERYTHING = "finds_everything"
    LANGUAGE_WITH_REGION = "language_with_region"
    ALWAYS_PASSES = "always_passes"
    SHARE_OF_UNKNOWN = "share_of_unknown"
    # Rules beside each other
    SAME_CONDITION = "same_condition"
    OVERLAP = "overlap"
    RISK_OUTRANKED = "risk_outranked"
    TIME_WITHOUT_LIMIT = "time_without_limit"
    PUBLIC_WITHOUT_LIMIT = "public_without_limit"
    UNKNOWN_FIELD = "unknown_field"
    # Before a case
    ISSUE_OVER = "issue_over"
    HOLDS_NOTHING_BACK = "holds_nothing_back"
    RISK_HELD_BACK = "risk_held_back"
    NO_REMEDY = "no_remedy"
    # How cases are conducted
    SAME_ID = "same_id"
    NAME_RESERVED = "name_reserved"
    OPT_OUT_TAKEN = "opt_out_taken"
    STATE_TAG_TAKEN = "state_tag_taken"
    PROMPTED_AT_ONCE = "prompted_at_once"
    NEVER_CLIMBED = "never_climbed"
    FORGOTTEN = "forgotten"
    MAY_NOT_DECIDE = "may_not_decide"
    # Matrix
    DUPLICATE_ROW = "duplicate_row"
    SHADOWED_ROW = "shadowed_row"
    UNREACHED_ROW = "unreached_row"
    CATCH_ALL = "catch_all"
    PUBLIC_CATCH_ALL = "public_catch_all"
    # People and rotas
    ROTA_HOLE = "rota_hole"
    ENDS_IN_NOBODY = "ends_in_nobody"
    OUT_OF_OFFICE = "out_of_office"
    NOBODY_FITS = "nobody_fits"
    LIST_OF_ONE = "list_of_one"
    NO_MANAGER = "no_manager"
    # The rest of the file
    UNUSED = "unused"
    LANGUAGE_MISSING = "language_missing"
    # A connection
    ID_MISSING = "id_missing"
    AGENT_UNKNOWN = "agent_unknown"
    AGENT_INACTIVE = "agent_inactive"
    NOT_IN_GROUP = "not_in_group"
    GROUP_UNKNOWN = "group_unknown"
    FIELD_UNKNOWN = "field_unknown"
    OPTION_UNKNOWN = "option_unknown"
    STATUS_UNKNOWN = "status_unknown"
    BRAND_UNKNOWN = "brand_unknown"
    FORM_UNKNOWN = "form_unknown"
    SLA_TAG_UNUSED = "sla_tag_unused"
    SLA_POLICY_UNKNOWN = "sla_policy_unknown"
    TAG_UNKNOWN = "tag_unknown"
    NOT_THERE = "not_there"
    OPENS_NOTHING = "opens_nothing"
    CONNECTION_UNKNOWN = "connection_unknown"
    FEED_UNREAD = "feed_unread"
    DESTINATION_UNKNOWN = "destination_unknown"


#: What cannot be meant; everything else is a warning.
ERRORS = frozenset(
    {
        *(Code.MISTAKE, Code.NEVER_TRUE, Code.ONLY_DONE, Code.UNKNOWN_FIELD),
        *(Code.CONTAINS_IN_TEXT, Code.WORDS_IN_NO_TEXT, Code.CHANGE_NEVER_TOLD, Code.FINDS_EVERYTHING),
        *(Code.LANGUAGE_WITH_REGION, Code.ALWAYS_PASSES),
        *(Code.SAME_ID, Code.NAME_RESERVED, Code.OPT_OUT_TAKEN, Code.STATE_TAG_TAKEN),
        *(Code.DUPLICATE_ROW, Code.SHADOWED_ROW, Code.NOBODY_FITS),
        *(Code.AGENT_UNKNOWN, Code.AGENT_INACTIVE, Code.NOT_IN_GROUP, Code.GROUP_UNKNOWN, Code.FIELD_UNKNOWN),
        *(Code.OPTION_UNKNOWN, Code.STATUS_UNKNOWN, Code.BRAND_UNKNOWN, Code.FORM_UNKNOWN, Code.DESTINATION_UNKNOWN),
        *(Code.OPENS_NOTHING, Code.CONNECTION_UNKNOWN),
    }
)


@dataclass(frozen=True, kw_only=True, slots=True)
class Finding:
    """One thing that was found, at one place."""

    where: str  #: As `rules[2].when.all[0]`.
    message: str
    level: Level
    code: Code


def finding(code: Code, where: str, message: str, *, level: Level | None = None) -> Finding:
    """Return a finding with the level of its code, unless another one is given."""
    usual = Level.ERROR if code in ERRORS else Level.WARNING
    return Finding(where=where, message=message, level=level or usual, code=code)
