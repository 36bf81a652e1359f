"""What a question asks for: `kinds` tells of what kind it is, `marks` where a sentence holds it.

`names` and `quantities` find what it could be, as `mentions`.
"""
