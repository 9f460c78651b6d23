"""The receipt: one model for every channel, written as JSON, XML, CSV or sentences."""

import csv
import io
import re
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from lxml import etree

from cepage.echanges.reception.enums import Mode, Statut
from cepage.fondations.socle.formats import neutraliser

_INTERDITS_EN_XML = re.compile("[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
CODE_RETOUR = {Statut.ACCEPTE: 0, Statut.RECU: 0, Statut.PARTIEL: 1, Statut.REFUSE: 2}
CHAMPS_ANOMALIE = (
    "fichier",
    "ligne",
    "fiche",
    "cle",
    "champ",
    "valeur",
    "code",
    "gravite",
    "message",
    "remede",
    "clause",
)


@dataclass(frozen=True)
class Accuse:
    """What the emitter is told of an envoi: status, counts by kind of fiche, one line per anomaly.

    `deja`: these bytes had their receipt before, and this is the same one.
    """

    envoi: str
    empreinte: str
    lot: str
    emetteur: str
    statut: Statut
    recu_le: datetime
    mode: Mode = Mode.NORMAL
    comptes: dict[str, dict[str, int]] = field(default_factory=dict)
    anomalies: list[dict[str, Any]] = field(default_factory=list)
    deja: bool = field(default=False, compare=False)

    def en_dict(self) -> dict[str, Any]:
        """The receipt as the exchange contract writes it; `mode` is said when it is not the normal one."""
        return {
            "envoi": self.envoi,
            "empreinte": self.empreinte,
            "lot": self.lot,
            "emetteur": self.emetteur,
            **({} if self.mode is Mode.NORMAL else {"mode": str(self.mode)}),
            "statut": str(self.statut),
            "recu_le": self.recu_le.isoformat(),
            "comptes": self.comptes,
            "anomalies": self.anomalies,
        }

    @classmethod
    def de_dict(cls, contenu: dict[str, Any]) -> "Accuse":
        """The receipt that `en_dict` wrote."""
        lus = {"statut": Statut(contenu["statut"]), "mode": Mode(contenu.get("mode", Mode.NORMAL))}
        return cls(**(contenu | lus | {"recu_le": datetime.fromisoformat(contenu["recu_le"])}))

    def en_xml(self) -> bytes:
        """The same receipt in XML."""
        racine = etree.Element("accuse")
        for nom, valeur in self.en_dict().items():
            if nom not in ("comptes", "anomalies"):
                etree.SubElement(racine, nom).text = valeur
        comptes = etree.SubElement(racine, "comptes")
        for fiche, compte in self.comptes.items():
            etree.SubElement(comptes, fiche, {k: str(v) for k, v in compte.items()})
        anomalies = etree.SubElement(racine, "anomalies")
        for anomalie in self.anomalies:
            element = etree.SubElement(anomalies, "anomalie")
            for nom in CHAMPS_ANOMALIE:
                if anomalie[nom] is not None:
                    etree.SubElement(element, nom).text = texte_xml(anomalie[nom])
        return bytes(etree.tostring(racine, xml_declaration=True, encoding="UTF-8", pretty_print=True))

    def en_csv(self) -> str:
        """The anomalies as CSV lines; a value that a spreadsheet would compute is neutralised."""
        sortie = io.StringIO()
        ecrivain = csv.writer(sortie, delimiter=";")
        ecrivain.writerow(CHAMPS_ANOMALIE)
        for anomalie in self.anomalies:
            ecrivain.writerow([neutraliser(anomalie[nom]) for nom in CHAMPS_ANOMALIE])
        return sortie.getvalue()

    def en_phrases(self, maximum: int = 20) -> str:
        """The receipt told in French, with its first anomalies."""
        lignes = [f"Envoi {self.envoi} (lot {self.lot}, opérateur {self.emetteur}) : {self.statut.label.lower()}."]
        for fiche, compte in self.comptes.items():
            lignes.append(
                f"  {fiche} : {compte['acceptees']} acceptée(s), {compte['refusees']} refusée(s), "
                f"{compte['inchangees']} déjà connue(s)"
            )
        for anomalie in self.anomalies[:maximum]:
            place = f"{anomalie['fichier'] or 'envoi'} ligne {anomalie['ligne']}" if anomalie["ligne"] else "envoi"
            lignes.append(
                f"  {anomalie['code']} ({anomalie['gravite']}) {place} : {anomalie['message']} {anomalie['remede']}"
            )
        if len(self.anomalies) > maximum:
            lignes.append(f"  … et {len(self.anomalies) - maximum} autre(s) anomalie(s).")
        return "\n".join(lignes)

    @property
    def code_retour(self) -> int:
        """Exit code of the command: 0 accepted, 1 partly, 2 refused."""
        return CODE_RETOUR[self.statut]


def texte_xml(valeur: object) -> str:
    """A received value as XML can carry it: each character that XML forbids is shown by �."""
    return _INTERDITS_EN_XML.sub("�", str(valeur))
