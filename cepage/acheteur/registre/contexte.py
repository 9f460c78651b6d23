"""The register's answers to the exchange point (see `cepage.echanges.reception.contexte`)."""

import hashlib
from collections.abc import Iterator, Sequence
from datetime import date
from pathlib import Path
from typing import Any

import polars as pl
from django.conf import settings
from django.db import connection

from cepage.acheteur.marche.models import Titulaire as TitulaireDuLot
from cepage.acheteur.registre import attendus
from cepage.acheteur.registre.colonnes import actualiser
from cepage.acheteur.registre.ecriture import enregistrer
from cepage.acheteur.registre.selectors import etats
from cepage.echanges.contrat.fiches import BENEFICIAIRE, FICHES
from cepage.echanges.reception.contexte import (
    SCHEMA_COMMANDES,
    SCHEMA_LIVRABLES_DUS,
    SCHEMA_LIVRABLES_MANQUANTS,
    SCHEMA_REFERENCES,
    SCHEMA_SITES,
    SCHEMA_SUIVIS,
    SCHEMA_UNITES,
    Arrivee,
    Enregistrement,
    EtatConnu,
    Origine,
    Titulaire,
)

_COURANTE = "v.connu_de IS NOT NULL AND v.connu_jusqu_a IS NULL"
_UNITES = ", ".join(f"v.{nom}" for nom in SCHEMA_UNITES)


class RegistrePostgres:
    """The register kept in this database; every question runs in the transaction of the envoi."""

    def titulaires(self, lot: str) -> list[Titulaire]:
        """Operators that hold or held the lot, the most recent first."""
        lignes = TitulaireDuLot.objects.filter(lot=lot).order_by("-debut")
        return [Titulaire(t.operateur, t.nom, t.debut, t.fin) for t in lignes]

    def commandes(self, lot: str) -> pl.DataFrame:
        """Orders of the lot."""
        return _lire(
            "SELECT reference, debut, fin, volume FROM marche_commande WHERE lot = %s", [lot], SCHEMA_COMMANDES
        )

    def beneficiaires(self, lot: str, identifiants: pl.Series) -> pl.DataFrame:
        """Current beneficiaries among these, as the text columns of the fiche and their instant."""
        textes = [
            "array_to_string(v.statut, '|')" if nom == "statut" else f"v.{nom}::text"
            for nom in BENEFICIAIRE.noms
            if nom != "horodatage"
        ]
        noms = [nom for nom in BENEFICIAIRE.noms if nom != "horodatage"]
        schema: dict[str, Any] = dict.fromkeys(noms, pl.String) | {"horodatage": pl.Datetime("us", "UTC")}
        cles = pl.select(pl.concat_str(pl.lit(f"{lot}|"), identifiants)).to_series()
        return _lire(
            f"SELECT {', '.join(textes)}, v.horodatage FROM registre_beneficiaire v "
            f'JOIN unnest(%s::text[]) k(cle) ON v.cle = k.cle COLLATE "C" WHERE {_COURANTE}',
            [_tableau(cles)],
            schema,
        )

    def unites_des_dossiers(self, numeros: pl.Series) -> pl.DataFrame:
        """Current units of these numbers."""
        return _lire(
            f"SELECT {_UNITES} FROM registre_unite_oeuvre v "
            f'JOIN unnest(%s::text[]) k(cle) ON v.cle = k.cle COLLATE "C" WHERE {_COURANTE}',
            [_tableau(numeros)],
            SCHEMA_UNITES,
        )

    def unites_des_beneficiaires(self, lot: str, identifiants: pl.Series) -> pl.DataFrame:
        """Current units of these beneficiaries, cancelled ones left out."""
        return _lire(
            f"SELECT {_UNITES} FROM registre_unite_oeuvre v "
            f"JOIN unnest(%s::text[]) k(i) ON v.identifiant_beneficiaire = k.i "
            f"WHERE v.lot = %s AND {_COURANTE} AND v.nature <> 'A'",
            [_tableau(identifiants), lot],
            SCHEMA_UNITES,
        )

    def references_prises(self, references: pl.Series) -> pl.DataFrame:
        """Consumption references already used by a current unit, which, and the instant of its fiche."""
        return _lire(
            f"SELECT DISTINCT ON (1) v.reference_bon_commande, v.numero_dossier, v.horodatage "
            f"FROM registre_unite_oeuvre v JOIN unnest(%s::text[]) k(r) ON v.reference_bon_commande = k.r "
            f"WHERE {_COURANTE} AND v.nature <> 'A' ORDER BY 1, 2",
            [_tableau(references)],
            SCHEMA_REFERENCES,
        )

    def suivis_ailleurs(self, lot: str, identites: pl.DataFrame) -> pl.DataFrame:
        """Periods during which these people are followed beyond the UO0 under another lot."""
        textes = identites["identite"].drop_nulls().to_list()
        par_empreinte = {hashlib.sha256(t.encode()).hexdigest(): t for t in textes}
        trouvees = _lire(
            "SELECT b.identite, v.date_engagement, v.date_cloture FROM registre_beneficiaire b "
            "JOIN unnest(%s::text[]) k(i) ON b.identite = k.i "
            "JOIN registre_unite_oeuvre v ON v.lot = b.lot AND v.identifiant_beneficiaire = b.identifiant_beneficiaire "
            "WHERE b.connu_de IS NOT NULL AND b.connu_jusqu_a IS NULL AND b.lot <> %s AND b.nature <> 'A' "
            f"AND {_COURANTE} AND v.nature <> 'A' AND v.uo <> '00'",
            [_tableau(pl.Series(list(par_empreinte), dtype=pl.String)), lot],
            SCHEMA_SUIVIS,
        )
        return trouvees.with_columns(
            pl.col("identite").replace_strict(par_empreinte, default=None, return_dtype=pl.String)
        )

    def livrables(self, numeros: pl.Series) -> pl.DataFrame:
        """Livrables received of these dossiers."""
        return self._rattaches(
            "livrable",
            numeros,
            {"numero_dossier": pl.String, "type_livrable": pl.String, "date_signature_beneficiaire": pl.Date},
        ).rename({"date_signature_beneficiaire": "signe_le"})

    def interactions(self, numeros: pl.Series) -> pl.DataFrame:
        """Keys of the current interactions of these dossiers."""
        return self._rattaches("interaction", numeros, {"numero_dossier": pl.String, "cle": pl.String})

    def implantations(self, lot: str) -> frozenset[str]:
        """Codes of the declared sites of the lot."""
        trouvees = _lire(
            f"SELECT v.code_implantation FROM registre_implantation v "
            f"WHERE v.lot = %s AND {_COURANTE} AND v.nature <> 'A'",
            [lot],
            {"code": pl.String},
        )
        return frozenset(trouvees["code"])

    def periodes_d_ouverture(self, lot: str) -> pl.DataFrame:
        """The declared sites of the lot with the days during which they are open."""
        colonnes = ", ".join(f"v.{nom}" for nom in SCHEMA_SITES)
        return _lire(
            f"SELECT {colonnes} FROM registre_implantation v WHERE v.lot = %s AND {_COURANTE}", [lot], SCHEMA_SITES
        )

    def cles_connues(self, lot: str, fiche: str, cles: pl.Series) -> pl.Series:
        """Those of the keys that have at least one version in the lot."""
        return _lire(
            f"SELECT DISTINCT v.cle FROM registre_{FICHES[fiche].nom} v "
            'JOIN unnest(%s::text[]) k(cle) ON v.cle = k.cle COLLATE "C" WHERE v.lot = %s',
            [_tableau(cles), lot],
            {"cle": pl.String},
        )["cle"]

    def enregistrer(self, origine: Origine, fiche: str, cadres: Iterator[pl.DataFrame]) -> Enregistrement:
        """Write the accepted fiches as versions."""
        return enregistrer(origine, fiche, cadres)

    def etats(self, fiche: str, *, lot: str | None, connu_le: date | None, apres: int, taille: int) -> list[EtatConnu]:
        """States of that kind of fiche after the rank `apres`, current or as known at the end of a day."""
        return etats(fiche, lot=lot, connu_le=connu_le, apres=apres, taille=taille)

    def arrivees(self, lot: str, fiche: str) -> list[Arrivee]:
        """First arrival of each period, by emitter."""
        return attendus.arrivees(lot, fiche)

    def livrables_dus(self, lot: str, debut: date, fin: date) -> pl.DataFrame:
        """Livrables due and missing, by emitter and month of closure."""
        return _lire(attendus.LIVRABLES_DUS, attendus.parametres(lot, debut, fin), SCHEMA_LIVRABLES_DUS)

    def livrables_manquants(self, lot: str, emetteur: str, debut: date, fin: date) -> pl.DataFrame:
        """Units closed voluntarily whose livrable has not come."""
        return _lire(
            attendus.LIVRABLES_MANQUANTS,
            [*attendus.parametres(lot, debut, fin), emetteur],
            SCHEMA_LIVRABLES_MANQUANTS,
        )

    def rafraichir(self) -> None:
        """Export what changed in columns, so that the indicators move."""
        actualiser(Path(settings.CEPAGE_DONNEES) / "colonnes")

    def _rattaches(self, fiche: str, numeros: pl.Series, colonnes: dict[str, Any]) -> pl.DataFrame:
        # The key of what belongs to a dossier begins with its number: a range of the key's index.
        return _lire(
            f"SELECT {', '.join(f'v.{c}' for c in colonnes)} FROM unnest(%s::text[]) k(n) "
            f"JOIN registre_{fiche} v ON v.cle >= (k.n || '|') COLLATE \"C\" AND v.cle < (k.n || '}}') COLLATE \"C\" "
            f"WHERE {_COURANTE} AND v.nature <> 'A'",
            [_tableau(numeros)],
            colonnes,
        )


def _lire(requete: str, parametres: Sequence[Any], schema: dict[str, Any]) -> pl.DataFrame:
    with connection.cursor() as curseur:
        curseur.execute(requete, parametres)
        return pl.DataFrame(curseur.fetchall(), schema=schema, orient="row")


def _tableau(textes: pl.Series) -> str:
    """The literal of a text[] holding `textes`: written in columns, since the driver writes it one text at a time."""
    proteges = textes.drop_nulls().str.replace_all(r'(["\\])', r"\${1}")
    elements: str = pl.select(pl.concat_str(pl.lit('"'), proteges, pl.lit('"')).str.join(",")).item()
    return "{" + elements + "}"
