"""The mail and its page in the ten languages of the chat. Nothing that was written stands in it."""

from msgspec import Struct

from openbook.conversations.appearance.languages import Language

RIGHT_TO_LEFT: frozenset[Language] = frozenset(("ar",))


class Texts(Struct, frozen=True):
    """`{name}`: what the business calls itself; `{url}`: the link; `{days}`: its life."""

    subject: str
    mail: str
    title: str
    """Of the page, and what stands on it before the button."""
    about: str
    button: str
    over: str
    """The link was used or is too old."""
    chat: str
    """The button then."""
    failed: str
    no_script: str


TEXTS: dict[Language, Texts] = {
    "en": Texts(
        "{name}: you have a reply",
        "{name} has replied to you. Read the reply here:\n\n{url}\n\n"
        "The link works once, within {days} days.\n\n"
        "You get this mail because this address was left in a chat with {name}. If it was not you "
        "who left it, do nothing: without the link nobody gets in.",
        "You have a reply from {name}",
        "Go on only if you wrote to {name} yourself and left your e-mail address there.",
        "Read the reply",
        "This link has been used already, or is too old. You can still write to us here.",
        "Open the chat",
        "That did not work. Try again in a moment.",
        "This page needs JavaScript.",
    ),
    "it": Texts(
        "{name}: hai una risposta",
        "{name} ti ha risposto. Leggi la risposta qui:\n\n{url}\n\n"
        "Il link funziona una sola volta, entro {days} giorni.\n\n"
        "Ricevi questa e-mail perché questo indirizzo è stato lasciato in una chat con {name}. Se "
        "non sei stato tu, non fare nulla: senza il link nessuno può entrare.",
        "Hai una risposta da {name}",
        "Continua solo se hai scritto tu a {name} e hai lasciato lì il tuo indirizzo e-mail.",
        "Leggi la risposta",
        "Questo link è già stato usato oppure è troppo vecchio. Puoi comunque scriverci qui.",
        "Apri la chat",
        "Non ha funzionato. Riprova tra un momento.",
        "Questa pagina richiede JavaScript.",
    ),
    "es": Texts(
        "{name}: tienes una respuesta",
        "{name} te ha respondido. Lee la respuesta aquí:\n\n{url}\n\n"
        "El enlace funciona una sola vez, durante {days} días.\n\n"
        "Recibes este correo porque esta dirección se dejó en un chat con {name}. Si no fuiste tú, "
        "no hagas nada: sin el enlace no entra nadie.",
        "Tienes una respuesta de {name}",
        "Continúa solo si fuiste tú quien escribió a {name} y dejó allí su dirección de correo.",
        "Leer la respuesta",
        "Este enlace ya se ha usado o es demasiado antiguo. Aun así puedes escribirnos aquí.",
        "Abrir el chat",
        "No ha funcionado. Inténtalo de nuevo en un momento.",
        "Esta página necesita JavaScript.",
    ),
    "fr": Texts(
        "{name} : vous avez une réponse",
        "{name} vous a répondu. Lisez la réponse ici :\n\n{url}\n\n"
        "Le lien fonctionne une seule fois, pendant {days} jours.\n\n"
        "Vous recevez ce message parce que cette adresse a été laissée dans une discussion avec "
        "{name}. Si ce n'était pas vous, ne faites rien : sans le lien, personne n'entre.",
        "Vous avez une réponse de {name}",
        "Continuez seulement si vous avez vous-même écrit à {name} en laissant votre adresse.",
        "Lire la réponse",
        "Ce lien a déjà servi ou est trop ancien. Vous pouvez tout de même nous écrire ici.",
        "Ouvrir la discussion",
        "Cela n'a pas fonctionné. Réessayez dans un instant.",
        "Cette page a besoin de JavaScript.",
    ),
    "de": Texts(
        "{name}: Sie haben eine Antwort",
        "{name} hat Ihnen geantwortet. Hier lesen Sie die Antwort:\n\n{url}\n\n"
        "Der Link funktioniert einmal, innerhalb von {days} Tagen.\n\n"
        "Sie erhalten diese E-Mail, weil diese Adresse in einem Chat mit {name} angegeben wurde. "
        "Waren Sie das nicht, tun Sie nichts: Ohne den Link kommt niemand hinein.",
        "Sie haben eine Antwort von {name}",
        "Fahren Sie nur fort, wenn Sie selbst an {name} geschrieben und Ihre E-Mail-Adresse "
        "angegeben haben.",
        "Antwort lesen",
        "Dieser Link wurde schon benutzt oder ist zu alt. Sie können uns trotzdem hier schreiben.",
        "Chat öffnen",
        "Das hat nicht geklappt. Versuchen Sie es gleich noch einmal.",
        "Diese Seite braucht JavaScript.",
    ),
    "pt": Texts(
        "{name}: tem uma resposta",
        "{name} respondeu-lhe. Leia a resposta aqui:\n\n{url}\n\n"
        "A ligação funciona uma única vez, durante {days} dias.\n\n"
        "Recebe este e-mail porque este endereço foi deixado numa conversa com {name}. Se não foi "
        "você, não faça nada: sem a ligação ninguém entra.",
        "Tem uma resposta de {name}",
        "Continue apenas se foi você quem escreveu a {name} e deixou lá o seu e-mail.",
        "Ler a resposta",
        "Esta ligação já foi usada ou é demasiado antiga. Ainda assim pode escrever-nos aqui.",
        "Abrir a conversa",
        "Não funcionou. Tente de novo daqui a um momento.",
        "Esta página precisa de JavaScript.",
    ),
    "nl": Texts(
        "{name}: u hebt een antwoord",
        "{name} heeft u geantwoord. Lees het antwoord hier:\n\n{url}\n\n"
        "De link werkt één keer, binnen {days} dagen.\n\n"
        "U krijgt deze e-mail omdat dit adres in een chat met {name} is achtergelaten. Was u dat "
        "niet, doe dan niets: zonder de link komt niemand binnen.",
        "U hebt een antwoord van {name}",
        "Ga alleen verder als u zelf aan {name} hebt geschreven en daar uw e-mailadres hebt "
        "achtergelaten.",
        "Antwoord lezen",
        "Deze link is al gebruikt of te oud. U kunt ons hier wel schrijven.",
        "Chat openen",
        "Dat is niet gelukt. Probeer het zo nog eens.",
        "Deze pagina heeft JavaScript nodig.",
    ),
    "pl": Texts(
        "{name}: masz odpowiedź",
        "{name} odpowiada na Twoją wiadomość. Przeczytaj odpowiedź tutaj:\n\n{url}\n\n"
        "Link działa jeden raz. Ważność w dniach: {days}.\n\n"
        "Otrzymujesz tę wiadomość, ponieważ ten adres podano w czacie z {name}. Jeśli to nie Ty, "
        "nic nie rób: bez linku nikt nie wejdzie.",
        "Masz odpowiedź od {name}",
        "Przejdź dalej tylko wtedy, gdy to Ty piszesz z {name} i to Ty podajesz swój adres e-mail.",
        "Przeczytaj odpowiedź",
        "Ten link został już użyty lub jest za stary. Nadal możesz do nas tutaj napisać.",
        "Otwórz czat",
        "Nie udało się. Spróbuj ponownie za chwilę.",
        "Ta strona wymaga JavaScriptu.",
    ),
    "ar": Texts(
        "{name}: لديك رد",
        "لقد رد عليك {name}. اقرأ الرد هنا:\n\n{url}\n\n"
        "يعمل الرابط مرة واحدة فقط. مدة صلاحيته بالأيام: {days}.\n\n"
        "تصلك هذه الرسالة لأن هذا العنوان تُرك في محادثة مع {name}. إن لم تكن أنت من تركه فلا تفعل "
        "شيئًا: لا أحد يستطيع الدخول من دون الرابط.",
        "لديك رد من {name}",
        "تابع فقط إذا كنت أنت من كتب إلى {name} وترك عنوان بريده الإلكتروني هناك.",
        "اقرأ الرد",
        "استُخدم هذا الرابط من قبل أو مضى عليه وقت طويل. لا يزال بإمكانك الكتابة إلينا هنا.",
        "افتح المحادثة",
        "لم ينجح ذلك. حاول مرة أخرى بعد لحظة.",
        "تحتاج هذه الصفحة إلى جافا سكريبت.",
    ),
    "ja": Texts(
        "{name}: お返事が届いています",
        "{name} からお返事が届いています。こちらからお読みください。\n\n{url}\n\n"
        "このリンクは {days} 日以内に一度だけ使えます。\n\n"
        "このメールは、{name} とのチャットでこのアドレスが入力されたためお送りしています。"
        "お心当たりがない場合は、何もなさらないでください。リンクがなければ誰も入れません。",
        "{name} からお返事が届いています",
        "ご自身で {name} に連絡し、メールアドレスを入力された場合のみお進みください。",
        "お返事を読む",
        "このリンクは使用済みか、期限が切れています。こちらから引き続きご連絡いただけます。",
        "チャットを開く",
        "うまくいきませんでした。しばらくしてからもう一度お試しください。",
        "このページには JavaScript が必要です。",
    ),
}
