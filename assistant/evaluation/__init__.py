"""Question sets, metrics and reports: how good the answers are, with intervals.

question set -> Questions -> Outcomes -> Results -> figures -> Evaluation -> table, JSON, page
"""
