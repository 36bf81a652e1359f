"""`python -m assistant` is the command `assistant`."""

INTERRUPTED = 130  # exit status


def main() -> None:
    """Run the command line; Ctrl-C while it is being imported ends it quietly."""
    try:
        from assistant.cli import main as run

        run()
    except KeyboardInterrupt:
        raise SystemExit(INTERRUPTED) from None


if __name__ == "__main__":
    main()
