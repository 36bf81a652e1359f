"""The error tree: drawn whole, and every leaf speaks both languages."""

import inspect
import string

import pytest

from assistant import errors

LEAVES = [
    error
    for _, error in inspect.getmembers(errors, inspect.isclass)
    if issubclass(error, errors.AssistantError) and not error.__subclasses__()
]


def placeholders(*texts):
    return {name for text in texts for _, name, _, _ in string.Formatter().parse(text) if name}


def test_the_tree_drawn_at_the_top_is_the_tree():
    drawn = {line.split("──")[1].split()[0] for line in errors.__doc__.splitlines() if "──" in line}
    defined = {
        name
        for name, error in inspect.getmembers(errors, inspect.isclass)
        if issubclass(error, errors.AssistantError) and error is not errors.AssistantError
    }
    assert drawn == defined


@pytest.mark.parametrize("error", LEAVES, ids=lambda error: error.__name__)
def test_each_leaf_says_what_happened_and_what_to_do_in_both_languages(error):
    for text in (error.happened, error.help):
        assert text.de
        assert text.en
        assert text.de != text.en or "assistant index" in text.de
        assert placeholders(text.de) == placeholders(text.en)
    values = dict.fromkeys(placeholders(error.happened.de, error.help.de), "{x}")
    message = error(values.pop("detail", ""), **values).message("de")
    assert "\n" not in message
    assert message.strip()
