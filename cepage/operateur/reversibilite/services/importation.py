"""Reading an archive of portable dossiers: checked whole, then written whole, or not at all."""

import hashlib
import json
import zipfile
from collections.abc import Iterable, Iterator
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from django.core.exceptions import ValidationError
from django.db import IntegrityError, models, transaction

from cepage.echanges.reception import preuves
from cepage.fondations.comptes.models import Organisation, Personne
from cepage.fondations.comptes.services import fermer_compte, ouvrir_compte
from cepage.fondations.socle.models import TransitionJournal
from cepage.fondations.socle.portee import portee_emetteurs
from cepage.operateur.dossiers import stockage
from cepage.operateur.dossiers.models import Beneficiaire, CleDeRecherche, UniteOeuvre
from cepage.operateur.dossiers.services.numerotation import reprendre
from cepage.operateur.dossiers.services.personnes import cles_de
from cepage.operateur.equipe.models import Membre
from cepage.operateur.reversibilite.format import (
    CHAMPS_PERSONNE,
    CHAMPS_TRANSITION,
    NOM,
    PERSONNES,
    SUIVIES,
    TABLES,
    TRANSITIONS,
    VERSION,
    Table,
    references,
)

PAR_PAQUET = 500
LIGNE_MAXIMALE = 5_000_000


class ArchiveRefusee(Exception):
    """The archive cannot be taken over; says what, where, and what to do. Nothing was written."""


class _Simulation(Exception):
    """Undoes what a simulation wrote."""


@dataclass
class Reprise:
    """What was read; `simulee` when nothing was kept."""

    lignes: dict[str, int] = field(default_factory=dict)
    fichiers: int = 0
    simulee: bool = False


@dataclass
class _Lecture:
    """The archive being read: where each of its lines went, by table and by `id` in the archive."""

    zip: zipfile.ZipFile
    manifeste: dict[str, Any]
    emetteur: str
    cles: dict[str, dict[int, int]] = field(default_factory=dict)
    reprise: Reprise = field(default_factory=Reprise)

    def lignes(self, nom: str) -> Iterator[tuple[int, dict[str, Any]]]:
        """The lines of a table, numbered from 1."""
        fichier = f"donnees/{nom}.jsonl"
        with self.zip.open(fichier) as flux:
            for numero, octets in enumerate(iter(lambda: flux.readline(LIGNE_MAXIMALE), b""), start=1):
                try:
                    ligne = json.loads(octets)
                except ValueError as erreur:
                    raise ArchiveRefusee(f"{fichier}, ligne {numero} : ce n'est pas du JSON ({erreur}).") from erreur
                if not isinstance(ligne, dict):
                    raise ArchiveRefusee(f"{fichier}, ligne {numero} : un objet est attendu.")
                yield numero, ligne
                self.reprise.lignes[nom] = numero


def importer(archive: Path, *, emetteur: str, simuler: bool = False) -> Reprise:
    """Take over every dossier of an archive under the code `emetteur`; all or nothing.

    `simuler` does it all, then undoes it. Raises ArchiveRefusee: damaged, unknown format, dossiers already here.
    """
    try:
        with zipfile.ZipFile(archive) as contenant:
            return _reprendre(contenant, emetteur, simuler)
    except (zipfile.BadZipFile, OSError, EOFError) as erreur:
        raise ArchiveRefusee(
            f"L'archive ne se lit pas ({erreur}). Vérifiez qu'elle est arrivée entière, ou redemandez-la."
        ) from erreur


def _reprendre(contenant: zipfile.ZipFile, emetteur: str, simuler: bool) -> Reprise:
    manifeste = _manifeste(contenant)
    _verifier_les_parties(contenant, manifeste)
    lecture = _Lecture(contenant, manifeste, emetteur)
    organisation = Organisation.objects.filter(code_emetteur=emetteur).first()
    if organisation is None:
        raise ArchiveRefusee(f"Aucun opérateur n'a le code d'émetteur « {emetteur} » ici. Créez-le d'abord.")
    with suppress(_Simulation), transaction.atomic(), portee_emetteurs([emetteur]):
        try:
            _personnes(lecture, organisation)
            for table in TABLES:
                _table(lecture, table)
            _transitions(lecture)
            _recherche(lecture)
            if manifeste["emetteur"] == emetteur:
                for cle, valeur in manifeste["compteurs"].items():
                    reprendre(emetteur, str(cle), int(valeur))
        except IntegrityError as erreur:
            raise ArchiveRefusee(
                f"La base refuse ces dossiers : {str(erreur).splitlines()[0]}. Sont-ils déjà repris ici ?"
            ) from erreur
        if simuler:
            lecture.reprise.simulee = True
            raise _Simulation
        _fichiers(lecture)
    return lecture.reprise


def _manifeste(contenant: zipfile.ZipFile) -> dict[str, Any]:
    try:
        manifeste = json.loads(contenant.read("manifeste.json"))
        vu = (manifeste["format"], manifeste["version"])
        attendus = {f"donnees/{t.nom}.jsonl" for t in TABLES} | {f"donnees/{n}.jsonl" for n in (PERSONNES, TRANSITIONS)}
        absents = attendus - set(manifeste["parties"])
    except (KeyError, ValueError, TypeError) as erreur:
        raise ArchiveRefusee("Ce n'est pas une archive de dossiers portables : son manifeste manque.") from erreur
    if vu != (NOM, VERSION):
        raise ArchiveRefusee(f"Format {vu[0]}, version {vu[1]} : cette instance lit {NOM}, version {VERSION}.")
    if absents:
        raise ArchiveRefusee(f"L'archive est incomplète : il manque {', '.join(sorted(absents))}. Redemandez-la.")
    return dict(manifeste)


def _verifier_les_parties(contenant: zipfile.ZipFile, manifeste: dict[str, Any]) -> None:
    """Every part is there and has the hash the manifest says; nothing else is read."""
    presentes = set(contenant.namelist())
    for nom, partie in manifeste["parties"].items():
        if nom not in presentes:
            raise ArchiveRefusee(f"L'archive est incomplète : il manque {nom}. Redemandez-la.")
        condense, taille = hashlib.sha256(), 0
        with contenant.open(nom) as flux:
            while bloc := flux.read(1 << 20):
                taille += len(bloc)
                if taille > partie["octets"]:
                    break
                condense.update(bloc)
        if taille != partie["octets"] or condense.hexdigest() != partie["sha256"]:
            raise ArchiveRefusee(f"{nom} n'est pas tel qu'il est parti : son empreinte diffère. Redemandez l'archive.")


def _personnes(lecture: _Lecture, organisation: Organisation) -> None:
    """Who is named: someone known here by the same address, else a closed account that only signs the past."""
    cles = lecture.cles.setdefault(PERSONNES, {})
    for numero, ligne in lecture.lignes(PERSONNES):
        if set(ligne) != set(CHAMPS_PERSONNE):
            raise ArchiveRefusee(f"donnees/{PERSONNES}.jsonl, ligne {numero} : colonnes inattendues.")
        connue = Personne.objects.filter(email=str(ligne["email"]).lower()).first()
        if connue is None:
            try:
                connue = ouvrir_compte(
                    email=ligne["email"], prenom=ligne["prenom"], nom=ligne["nom"], organisation=organisation
                )
            except ValidationError as erreur:
                raise ArchiveRefusee(
                    f"donnees/{PERSONNES}.jsonl, ligne {numero} : {' '.join(erreur.messages)}"
                ) from erreur
            fermer_compte(connue)
        cles[ligne["id"]] = connue.pk


def _table(lecture: _Lecture, table: Table) -> None:
    """Write the lines of a table by packets, each reference turned into that of this base."""
    cles = lecture.cles.setdefault(table.nom, {})
    vises = dict(references(table))
    paquet: list[tuple[int, models.Model]] = []
    differees: list[tuple[int, str, int]] = []
    for numero, ligne in lecture.lignes(table.nom):
        ou = f"donnees/{table.nom}.jsonl, ligne {numero}"
        _exiger_les_colonnes(table, ligne, ou)
        if any(nom == table.nom and ligne[c] is not None and ligne[c] not in cles for c, nom in vises.items()):
            _ecrire(table, paquet, cles)
        objet = _lire(lecture, table, ligne, ou, vises, differees)
        if table.modele is Membre and _membre_connu(lecture, objet, ligne["id"]):
            continue
        paquet.append((ligne["id"], objet))
        if len(paquet) >= PAR_PAQUET:
            _ecrire(table, paquet, cles)
    _ecrire(table, paquet, cles)
    for ancienne, colonne, visee in differees:
        if visee not in cles:
            raise ArchiveRefusee(f"donnees/{table.nom}.jsonl : la ligne {ancienne} désigne {visee}, qui n'y est pas.")
        table.modele._default_manager.filter(pk=cles[ancienne]).update(**{colonne: cles[visee]})


def _exiger_les_colonnes(table: Table, ligne: dict[str, Any], ou: str) -> None:
    attendues = {champ.attname for champ in table.champs()}
    if ecarts := attendues ^ set(ligne):
        raise ArchiveRefusee(f"{ou} : colonnes en trop ou absentes, {', '.join(sorted(ecarts))}.")


def _lire(
    lecture: _Lecture,
    table: Table,
    ligne: dict[str, Any],
    ou: str,
    vises: dict[str, str],
    differees: list[tuple[int, str, int]],
) -> models.Model:
    objet = table.modele()
    for champ in table.champs():
        nom, valeur = champ.attname, ligne[champ.attname]
        if nom == "id":
            continue
        if nom in vises and valeur is not None:
            trouvee = lecture.cles[vises[nom]].get(valeur)
            if trouvee is None and vises[nom] != table.nom:
                raise ArchiveRefusee(f"{ou} : {nom} désigne {valeur}, qui n'est pas dans {vises[nom]}.jsonl.")
            if trouvee is None:
                differees.append((ligne["id"], nom, valeur))
            setattr(objet, nom, trouvee)
            continue
        try:
            setattr(objet, nom, champ.to_python(valeur))
            _verifier(champ, getattr(objet, nom))
        except (ValidationError, TypeError, ValueError) as erreur:
            raise ArchiveRefusee(f"{ou} : la colonne {nom} ne se lit pas. {_dire(erreur)}") from erreur
        if valeur is None and not champ.null:
            raise ArchiveRefusee(f"{ou} : la colonne {nom} est vide.")
    objet.emetteur = lecture.emetteur  # type: ignore[attr-defined]
    return objet


def _verifier(champ: "models.Field[Any, Any]", valeur: Any) -> None:
    if valeur is None:
        return
    champ.run_validators(valeur)
    if champ.choices and valeur not in dict(champ.flatchoices):
        raise ValueError(f"« {valeur} » n'est pas une de ses valeurs.")


def _dire(erreur: Exception) -> str:
    return " ".join(erreur.messages) if isinstance(erreur, ValidationError) else str(erreur)


def _membre_connu(lecture: _Lecture, membre: Any, ancienne: int) -> bool:
    """A member already known here by its code is that one."""
    connu = Membre.objects.filter(emetteur=lecture.emetteur, code=membre.code).first()
    if connu is not None:
        lecture.cles["membres"][ancienne] = connu.pk
    return connu is not None


def _ecrire(table: Table, paquet: list[tuple[int, models.Model]], cles: dict[int, int]) -> None:
    if table.modele is UniteOeuvre and paquet:
        numeros = [objet.numero_dossier for _, objet in paquet]  # type: ignore[attr-defined]
        if deja := UniteOeuvre.objects.filter(numero_dossier__in=numeros).values_list("numero_dossier", flat=True)[:1]:
            raise ArchiveRefusee(f"Le dossier {deja[0]} est déjà ici : cette archive a déjà été reprise.")
    table.modele._default_manager.bulk_create([objet for _, objet in paquet])
    cles.update({ancienne: objet.pk for ancienne, objet in paquet})
    paquet.clear()


def _transitions(lecture: _Lecture) -> None:
    modeles = {nom: modele for modele, nom in SUIVIES.items()}
    entrees: list[TransitionJournal] = []
    for numero, ligne in lecture.lignes(TRANSITIONS):
        try:
            objet = lecture.cles[ligne["table"]][ligne["objet"]]
            valeurs = {
                nom: TransitionJournal._meta.get_field(nom).to_python(ligne[nom])  # type: ignore[union-attr]
                for nom in CHAMPS_TRANSITION
            }
        except (KeyError, ValidationError) as erreur:
            raise ArchiveRefusee(f"donnees/{TRANSITIONS}.jsonl, ligne {numero} : {erreur} ne se lit pas.") from erreur
        valeurs["emetteur"] = lecture.emetteur
        entrees.append(TransitionJournal(modele=modeles[ligne["table"]], objet=str(objet), **valeurs))
    TransitionJournal.objects.bulk_create(entrees, batch_size=PAR_PAQUET)


def _recherche(lecture: _Lecture) -> None:
    venues: Iterable[Beneficiaire] = Beneficiaire.objects.filter(pk__in=lecture.cles["beneficiaires"].values())
    cles = (cle for beneficiaire in venues for cle in cles_de(beneficiaire))
    CleDeRecherche.objects.bulk_create(cles, batch_size=PAR_PAQUET)


def _fichiers(lecture: _Lecture) -> None:
    """The files, each under its own hash, which was checked."""
    for nom in lecture.manifeste["parties"]:
        if nom.startswith("fichiers/pieces/"):
            stockage.garder(lecture.emetteur, lecture.zip.read(nom))
        elif nom.startswith("fichiers/preuves/"):
            with lecture.zip.open(nom) as flux:
                preuves.garder(flux, lecture.manifeste["parties"][nom]["sha256"])  # type: ignore[arg-type]
        else:
            continue
        lecture.reprise.fichiers += 1
