"""Mentions: apart from one another, without white space, found by rules."""

from assistant.asking.mentions import Mention, Rule, apart, trimmed
from assistant.records import Span


def mention(start, end):
    return Mention(Span(start, end), core="", is_clear=True)


def test_of_mentions_that_overlap_the_first_stays_then_the_longest():
    assert apart([mention(5, 9), mention(0, 3), mention(0, 6), mention(6, 8)]) == (mention(0, 6), mention(6, 8))


def test_white_space_at_the_ends_is_no_part_of_a_span():
    assert trimmed("a  bc d", 1, 6) == (3, 5)


def test_a_rule_finds_what_its_pattern_matches_where_its_hint_does():
    rule = Rule("Euro", r"(?P<all>(?P<core>\d+) \w+ )")
    assert list(rule.mentions("um 5 Euro mehr")) == [Mention(Span(3, 9), core="5", is_clear=True)]
    assert not list(rule.mentions("um 5 Dollar mehr"))
