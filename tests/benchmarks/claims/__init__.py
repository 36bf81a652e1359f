"""How well the checks of a claim tell faithful wordings from false ones."""
