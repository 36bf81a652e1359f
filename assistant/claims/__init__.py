"""What can be checked of a claim beside the sentences that it rests on.

`statements` takes a text apart; `numbers`, `negation`, `names` and `roles` compare wordings; `checks` puts these in
order.
"""
