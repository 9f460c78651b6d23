"""The fictitious organisations and people of the demonstration, one per role."""

from collections.abc import Mapping, Sequence
from datetime import date

from django.db import transaction

from cepage.fondations.comptes.enums import NATURES_DU_ROLE, Nature, Role
from cepage.fondations.comptes.models import Organisation, Personne
from cepage.fondations.comptes.services import attribuer, ouvrir_compte

DEBUT = date(2020, 1, 1)
ORGANISATIONS = {
    Nature.ACHETEUR: "France compétences (démonstration)",
    Nature.CABINET: "Cabinet Vérif (démonstration)",
    Nature.MEDIATEUR: "Médiation du CEP (démonstration)",
}
PRENOMS_NOMS: dict[Role, tuple[str, str]] = {
    Role.CONSEILLER: ("Camille", "Berthier"),
    Role.CHARGE_INFORMATION: ("Idriss", "Lambert"),
    Role.MANAGER: ("Solène", "Guérin"),
    Role.DIRECTEUR_PROJET: ("Marc", "Payet"),
    Role.REFERENT: ("Ana", "Rousseau"),
    Role.SUPERVISEUR: ("Karim", "Delorme"),
    Role.GESTIONNAIRE: ("Lucie", "Fontaine"),
    Role.ADMINISTRATEUR: ("Yann", "Le Goff"),
    Role.CONTROLEUR: ("Inès", "Marchal"),
    Role.MEDIATEUR: ("Paul", "Tessier"),
    Role.AUDITEUR: ("Rose", "Vidal"),
}


def adresse(role: Role) -> str:
    """The e-mail address of the demonstration account of a role."""
    return f"{role.value.replace('_', '-')}@demo.cepage.test"


@transaction.atomic
def creer_comptes(
    lots: Sequence[str],
    operateurs: Mapping[str, str] | Sequence[str],
    titulaires: Mapping[str, Sequence[str]] | None = None,
) -> list[Personne]:
    """One account per role, created or left as it is: calling it again changes nothing.

    `lots`: the lots of the demonstration ("08"…), which the référent follows. `operateurs`: the emitter
    codes, with their names when a mapping; the first is that of the demonstration's people, and operators
    take the lots in turn, unless `titulaires` says which (code → lots). No account has a usable password: one
    enters by the role's button.
    Raises ValueError without a lot or an operator.
    """
    noms = dict(operateurs) if isinstance(operateurs, Mapping) else {c: f"Opérateur {c}" for c in operateurs}
    if not lots or not noms:
        raise ValueError("La démonstration demande au moins un lot et un opérateur.")
    organisations: dict[Nature, Organisation] = {}
    for rang, (code, nom) in enumerate(noms.items()):
        siens = list((titulaires or {}).get(code, lots[rang :: len(noms)]))
        operateur, _ = Organisation.objects.get_or_create(
            code_emetteur=code,
            defaults={"nom": f"{nom} (démonstration)", "nature": Nature.OPERATEUR, "lots": siens},
        )
        organisations.setdefault(Nature.OPERATEUR, operateur)
    for nature, nom in ORGANISATIONS.items():
        organisations[nature], _ = Organisation.objects.get_or_create(nom=nom, defaults={"nature": nature})
    return [_compte(role, organisations[NATURES_DU_ROLE[role]], lots) for role in Role]


def _compte(role: Role, organisation: Organisation, lots: Sequence[str]) -> Personne:
    personne = Personne.objects.filter(email=adresse(role)).first()
    if personne is None:
        prenom, nom = PRENOMS_NOMS[role]
        personne = ouvrir_compte(
            email=adresse(role), prenom=prenom, nom=nom, organisation=organisation, demonstration=True
        )
    if not personne.attributions.filter(role=role).exists():
        attribuer(personne, role, debut=DEBUT, lots=lots if role is Role.REFERENT else ())
    return personne
