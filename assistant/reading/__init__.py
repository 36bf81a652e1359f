"""Reading: question and passage seen together, which tells an answer from what only sounds like one.

`base` says what a reader is, `adapter` what training made of the packaged model's later layers, `engine` runs them.
"""
