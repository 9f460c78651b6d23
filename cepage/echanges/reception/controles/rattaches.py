"""What is checked on what belongs to a unit: interactions, livrables, complaints; and on sites and means."""

from datetime import date

import polars as pl

from cepage.echanges.contrat.constats import Regle
from cepage.echanges.reception.controles.beneficiaires import codes_postaux, codes_postaux_du_lot
from cepage.fondations.referentiels import nomenclatures
from cepage.fondations.regles import Regles


def _jour(nom: str) -> pl.Expr:
    return pl.col(nom).str.to_date("%Y-%m-%d", strict=False)


def regles_du_dossier(prefixe: str) -> list[Regle]:
    """The unit must be known or accepted in the envoi; on a frame with `u_connue` and `u_refusee`."""
    numero = pl.col("numero_dossier")
    return [
        Regle(
            f"E-{prefixe}-010",
            numero.is_not_null() & ~pl.col("u_connue") & ~pl.col("u_refusee"),
            "numero_dossier",
            numero,
        ),
        Regle(
            f"E-{prefixe}-011",
            numero.is_not_null() & ~pl.col("u_connue") & pl.col("u_refusee"),
            "numero_dossier",
            numero,
        ),
    ]


def regles_du_dossier_reclame() -> list[Regle]:
    """A complaint may name no dossier; the one it names is known, and is not refused in this envoi."""
    numero, inconnue = pl.col("numero_dossier"), ~pl.col("u_connue")
    return [
        Regle("E-REC-013", numero.is_not_null() & inconnue & ~pl.col("u_refusee"), "numero_dossier", numero),
        Regle("E-REC-014", numero.is_not_null() & inconnue & pl.col("u_refusee"), "numero_dossier", numero),
    ]


def regles_d_interaction() -> list[Regle]:
    """An interaction lies inside its unit, both days included (annexe 2 §2)."""
    jour = _jour("date_interaction")
    unite = pl.format("du {} au {}", pl.col("u_engagement"), pl.col("u_cloture").cast(pl.String).fill_null("…"))
    hors = (jour < pl.col("u_engagement")) | (jour > pl.col("u_cloture"))
    return [Regle("E-INT-012", hors, "date_interaction", pl.col("date_interaction"), unite)]


def regles_de_livrable() -> list[Regle]:
    """Type, signatures and file of a livrable; on the frame joined to its unit (`u_…`) and its file (`piece_…`)."""
    groupes = {c.code: c.groupe.removeprefix("UO") for c in nomenclatures.table("type_livrable")}
    attendue = pl.col("type_livrable").replace_strict(groupes, default=None)
    signature, conseiller = _jour("date_signature_beneficiaire"), _jour("date_signature_conseiller")
    cloture, engagement = pl.col("u_cloture"), pl.col("u_engagement")
    signe = pl.col("type_livrable").is_in(["ELP", "PP"])
    entre = pl.format("du {} au {}", engagement, cloture.cast(pl.String).fill_null("…"))
    return [
        Regle(
            "E-LIV-012",
            attendue != pl.col("u_uo"),
            "type_livrable",
            pl.col("type_livrable"),
            pl.format("UO{}", pl.col("u_uo")),
        ),
        Regle(
            "E-LIV-013",
            signe & (signature != cloture),
            "date_signature_beneficiaire",
            pl.col("date_signature_beneficiaire"),
            cloture.cast(pl.String),
        ),
        Regle(
            "E-LIV-014",
            signe & ((conseiller < engagement) | (conseiller > cloture)),
            "date_signature_conseiller",
            pl.col("date_signature_conseiller"),
            entre,
        ),
        Regle("E-LIV-015", ~pl.col("piece_venue"), "nom_fichier", pl.col("nom_fichier")),
        Regle("E-LIV-016", pl.col("piece_fausse"), "empreinte_sha256", pl.col("empreinte_sha256")),
        Regle(
            "E-LIV-017",
            pl.col("piece_defaut").is_not_null(),
            "nom_fichier",
            pl.col("nom_fichier"),
            pl.col("piece_defaut"),
        ),
        Regle("E-LIV-018", signe & pl.col("u_connue") & cloture.is_null(), "date_signature_beneficiaire"),
    ]


def regles_de_reclamation(regles: Regles, le: date) -> list[Regle]:
    """Order of the dates and delays of a complaint (CCTP §3.7), on the text columns."""
    reception, accuse = _jour("date_reception"), _jour("date_accuse_reception")
    reponse, saisine = _jour("date_reponse"), _jour("date_saisine_mediateur")
    dates = pl.format("réception le {}", reception)
    controles = [
        Regle("E-REC-010", suite < reception, nom, pl.col(nom), dates)
        for nom, suite in (
            ("date_accuse_reception", accuse),
            ("date_reponse", reponse),
            ("date_saisine_mediateur", saisine),
        )
    ]
    for nom, suite, quoi, precedente in (
        ("date_reponse", reponse, "accusé", accuse),
        ("date_saisine_mediateur", saisine, "réponse", reponse),
    ):
        dates = pl.format(f"{quoi} le {{}}", precedente)
        # A date that already precedes the reception is said once.
        desordre = (suite < precedente) & (suite >= reception)
        controles.append(Regle("E-REC-010", desordre, nom, pl.col(nom), dates))
    accuse_max = regles.entier("reclamations.accuse", le=le)
    reponse_max = regles.entier("reclamations.reponse", le=le)
    controles.append(
        Regle(
            "E-REC-011",
            (accuse - reception).dt.total_days() > accuse_max,
            "date_accuse_reception",
            pl.col("date_accuse_reception"),
        )
    )
    controles.append(
        Regle("E-REC-012", (reponse - reception).dt.total_days() > reponse_max, "date_reponse", pl.col("date_reponse"))
    )
    return controles


def regles_d_implantation(lot: str) -> list[Regle]:
    """Dates, hours and place of a site (annexe 2 §4.1), on the text columns."""
    ouverture, fermeture = _jour("date_ouverture"), _jour("date_fermeture")
    code = pl.col("code_postal")
    connus, du_lot = codes_postaux(), codes_postaux_du_lot(lot)
    return [
        Regle(
            "E-IMP-010",
            fermeture < ouverture,
            "date_fermeture",
            pl.col("date_fermeture"),
            pl.format("ouverture le {}", ouverture),
        ),
        Regle("E-IMP-012", code.str.contains(r"^\d{5}$") & ~code.is_in(connus.implode()), "code_postal", code),
        Regle("E-IMP-013", code.is_in(connus.implode()) & ~code.is_in(du_lot.implode()), "code_postal", code),
    ]


def regles_de_moyens() -> list[Regle]:
    """Totals of the means declared (annexe 2 §4)."""
    etp = pl.sum_horizontal(pl.col(f"etp_uo{uo}").cast(pl.Float64, strict=False) for uo in ("00", "01", "21", "22"))
    masse = pl.col("masse_salariale").cast(pl.Float64, strict=False)
    return [Regle("E-MOY-010", (etp == 0) & (masse > 0), "masse_salariale", pl.col("masse_salariale"))]
