"""The ten languages of the chat: which one a browser gets, and our own words in each."""

from collections.abc import Sequence
from typing import Literal, get_args

Language = Literal["en", "it", "es", "fr", "de", "pt", "nl", "pl", "ar", "ja"]
LANGUAGES: tuple[Language, ...] = get_args(Language)
LONGEST_TAG = 35

GREETINGS: dict[Language, str] = {
    "en": "Hello! How can we help?",
    "it": "Ciao! Come possiamo aiutarti?",
    "es": "¡Hola! ¿En qué podemos ayudarte?",
    "fr": "Bonjour ! Comment pouvons-nous vous aider ?",
    "de": "Hallo! Wie können wir helfen?",
    "pt": "Olá! Como podemos ajudar?",
    "nl": "Hallo! Hoe kunnen we helpen?",
    "pl": "Cześć! Jak możemy pomóc?",
    "ar": "مرحبًا! كيف يمكننا مساعدتك؟",
    "ja": "こんにちは。ご用件をお聞かせください。",
}
ABOUTS: dict[Language, str] = {
    "en": "Write to us here. The answer comes to the same place.",
    "it": "Scrivici qui. La risposta arriva nello stesso posto.",
    "es": "Escríbenos aquí. La respuesta llega al mismo sitio.",
    "fr": "Écrivez-nous ici. La réponse arrivera au même endroit.",
    "de": "Schreiben Sie uns hier. Die Antwort kommt an dieselbe Stelle.",
    "pt": "Escreva-nos aqui. A resposta chega ao mesmo lugar.",
    "nl": "Schrijf ons hier. Het antwoord komt op dezelfde plek.",
    "pl": "Napisz do nas tutaj. Odpowiedź pojawi się w tym samym miejscu.",
    "ar": "اكتب إلينا هنا، وسيصلك الرد في المكان نفسه.",
    "ja": "こちらからメッセージをお送りください。お返事もここに届きます。",
}


def choose_language(
    wanted: Sequence[str | None], offered: Sequence[Language], otherwise: Language
) -> Language:
    """The first wanted tag (`pt-BR`, `it`) whose language is offered; else `otherwise`."""
    known = {language: language for language in offered}
    for tag in wanted:
        primary = (tag or "")[:LONGEST_TAG].replace("_", "-").partition("-")[0].lower()
        if primary in known:
            return known[primary]  # type: ignore[index]
    return otherwise
