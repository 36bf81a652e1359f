import assistant


def test_public_names_are_complete_and_sorted():
    imported = {
        name for name, value in vars(assistant).items() if not name.startswith("_") and hasattr(value, "__module__")
    }
    assert assistant.__all__ == sorted(assistant.__all__)
    assert imported == set(assistant.__all__)
