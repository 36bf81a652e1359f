"""What the metrics are called and mean, for people."""

from assistant.messages import Text

GROUPS: dict[str, Text] = {
    "overall": Text(de="Gesamt", en="Overall"),
    "retrieval": Text(de="Suche", en="Retrieval"),
    "evidence": Text(de="Belege", en="Evidence"),
    "answer": Text(de="Antworten", en="Answers"),
    "citation": Text(de="Zitate", en="Citations"),
    "refusal": Text(de="Ablehnungen", en="Refusals"),
    "risk": Text(de="Risiko", en="Risk"),
    "confidence": Text(de="Sicherheit", en="Confidence"),
}
"""By the first part of a metric's name, in order."""

MEANINGS: dict[str, Text] = {
    "overall.right": Text(de="richtig beantwortet oder zu Recht abgelehnt", en="answered or refused rightly"),
    "retrieval.recall@1": Text(de="richtige Passage zuerst gefunden", en="right passage found first"),
    "retrieval.recall@5": Text(de="… unter den ersten fünf", en="… among the first five"),
    "retrieval.mrr@10": Text(de="mittlerer Kehrwert ihres Rangs", en="mean reciprocal rank"),
    "evidence.hit@1": Text(de="richtiger Satz an erster Stelle", en="right sentence ranked first"),
    "evidence.hit@3": Text(de="… unter den ersten drei", en="… among the first three"),
    "answer.coverage": Text(de="beantwortbare Fragen beantwortet", en="answerable questions answered"),
    "answer.correct": Text(de="… und der Beleg zitiert", en="… and the evidence cited"),
    "answer.contains": Text(de="… und die erwartete Antwort genannt", en="… and the expected answer named"),
    "citation.verbatim": Text(de="Zitate stimmen Zeichen für Zeichen", en="quotes match, character for character"),
    "citation.precision": Text(de="zitierte Sätze, die belegen", en="cited sentences that prove"),
    "citation.recall": Text(de="nötige Belege, die zitiert sind", en="needed evidence that is cited"),
    "refusal.recall": Text(de="unbeantwortbare Fragen abgelehnt", en="unanswerable questions refused"),
    "refusal.precision": Text(de="Ablehnungen zu Recht", en="refusals that are right"),
    "refusal.auroc": Text(
        de="Sicherheit trennt beantwortbar von nicht (1: immer)", en="confidence tells answerable from not (1: always)"
    ),
    "risk.aurc": Text(
        de="Fehleranteil, über alle Schwellen gemittelt (0: keiner)",
        en="share of errors over all thresholds (0: none)",
    ),
    "confidence.ece": Text(de="Abstand der Sicherheit von der Wahrheit", en="distance of confidence from truth"),
}
"""By metric; the terminal and the page show it beside the name."""
