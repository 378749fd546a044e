"""What columns and types are called, in the languages that files come in.

Of a name only its letters count: no case, no accents, no signs between them.
"""

import unicodedata
from functools import lru_cache

from app.core.vocabulary import InteractionType

COLUMNS = {
    "title": "title subject summary topic name betreff titel thema titre objet sujet asunto titulo "
    "tema oggetto titolo onderwerp temat tytul assunto amne otsikko τιτλος θεμα тема название "
    "件名 タイトル 主题 标题",
    "type": "type kind category activitytype interactiontype typ art kategorie categorie tipo "
    "categoria soort rodzaj tyyppi τυπος тип вид categories 種類 类型",
    "lead": "lead owner organizer organiser host responsible assignedto mep verantwortlich "
    "verantwortlicher leiter organisator organisateur responsable animateur responsabile "
    "organizador organizzatore verantwoordelijke prowadzacy odpowiedzialny ansvarig vastuuhenkilo "
    "υπευθυνος ответственный организатор 担当者 主催者 负责人",
    "start_datetime": "start startdate startdatetime starttime begin beginn startet anfang datum "
    "date when day tag debut datededebut fecha fechadeinicio inicio data datainizio inizio "
    "datadeinicio startdatum poczatek datarozpoczecia startdato ημερομηνια εναρξη дата начало "
    "datainicio startdate 開始 日付 开始 日期",
    "end_datetime": "end enddate enddatetime endtime ende enddatum bis fin datedefin fechafin "
    "fechadefin fine datafine datafim fim einde koniec slut sluttdato ληξη конец окончание "
    "終了 结束",
    "timezone": "timezone zone tz zeitzone fuseau fuseauhoraire zonahoraria fusoorario fusohorario "
    "tijdzone strefaczasowa",
    "location": "location place venue room where ort raum lieu salle endroit lugar sala ubicacion "
    "luogo local locatie plaats miejsce plats sted paikka τοποθεσια τοπος место 場所 地点",
    "description": "description details body content text beschreibung inhalt contenu descripcion "
    "descrizione descricao omschrijving beschrijving opis beskrivning kuvaus περιγραφη описание "
    "説明 描述",
    "notes": "notes note comments comment remarks notizen bemerkungen bemerkung anmerkungen "
    "remarques commentaires notas comentarios osservazioni opmerkingen uwagi huomautukset "
    "σημειωσεις заметки примечание 備考 备注",
    "external_id": "externalid id uid key reference ref number recordid activityid kennung nummer "
    "schluessel referenz identifiant referencia identificador riferimento nr numer αναγνωριστικο "
    "номер 番号 编号",
    "site": "site sitename siteid branch office plant standort niederlassung filiale werk "
    "agence etablissement sede sucursal filial oddzial vestiging country land pays "
    "филиал 拠点 站点",
}
"""The names of each field's column, the first of them meaning most."""

TIME_COLUMNS = frozenset(
    ["time", "uhrzeit", "zeit", "heure", "hora", "ora", "tijd", "godzina", "klockslag", "время"]
)

_TYPES = {
    InteractionType.MEETING: "meeting besprechung treffen termin sitzung reunion rencontre "
    "incontro riunione vergadering spotkanie mote kokous συναντηση встреча",
    InteractionType.CALL: "call phonecall phone telephone anruf telefonat appel llamada chiamata "
    "telefoongesprek rozmowa samtal puhelu κληση звонок",
    InteractionType.EMAIL: "email mail courriel correo",
    InteractionType.UPDATE: "update statusupdate",
    InteractionType.TRAINING: "training schulung formation formacion formazione szkolenie обучение",
    InteractionType.REVIEW: "review pruefung revue revision revisione",
    InteractionType.PRESENTATION: "presentation praesentation presentacion presentazione "
    "prezentacja",
    InteractionType.CONFERENCE: "conference konferenz conferencia conferenza konferencja",
    InteractionType.WORKSHOP: "workshop atelier taller",
    InteractionType.SITE_VISIT: "sitevisit visit besuch visite visita bezoek wizyta визит",
    InteractionType.OTHER: "other sonstiges autre otro altro overig inne",
}
_TYPE_OF = {word: kind for kind, words in _TYPES.items() for word in words.split()}

_SPELT_OUT = str.maketrans({"ß": "ss", "ł": "l", "ø": "o", "æ": "ae"})


def letters_of(text: str) -> str:
    """What counts of a name."""
    parts = unicodedata.normalize("NFKD", text.casefold()).translate(_SPELT_OUT)
    return "".join(character for character in parts if character.isalnum())


@lru_cache(maxsize=1024)
def type_of(text: str) -> InteractionType | None:
    """The type that a word means; None for a word that is not known."""
    return _TYPE_OF.get(letters_of(text))
