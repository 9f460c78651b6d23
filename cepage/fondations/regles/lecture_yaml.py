"""Reading of the YAML files of rules: fast (libyaml), no guessed dates, duplicate keys refused."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import yaml

from cepage.fondations.regles.erreurs import FichierCasse

if TYPE_CHECKING:
    from yaml import SafeLoader as _Base
else:
    _Base = getattr(yaml, "CSafeLoader", yaml.SafeLoader)


class _CleDupliquee(Exception):
    def __init__(self, cle: str, ligne: int) -> None:
        self.cle = cle
        self.ligne = ligne


class _Lecteur(_Base):
    """Safe loader that keeps dates as text and refuses a key written twice."""

    def construct_mapping(self, node: yaml.MappingNode, deep: bool = False) -> dict[Any, Any]:
        vues: set[str] = set()
        for cle, _ in node.value:
            if cle.value in vues:
                raise _CleDupliquee(str(cle.value), cle.start_mark.line + 1)
            vues.add(cle.value)
        return super().construct_mapping(node, deep=True)


def _construire_dict(lecteur: _Lecteur, noeud: yaml.MappingNode) -> dict[Any, Any]:
    return lecteur.construct_mapping(noeud, deep=True)


# Dates stay text: we parse them ourselves, so that 2020-02-30 is told with its file and its key.
_Lecteur.yaml_implicit_resolvers = {
    initiale: [(tag, motif) for tag, motif in resolveurs if tag != "tag:yaml.org,2002:timestamp"]
    for initiale, resolveurs in _Base.yaml_implicit_resolvers.items()
}
_Lecteur.add_constructor("tag:yaml.org,2002:map", _construire_dict)


def lire_yaml(chemin: Path) -> Any:
    """Content of a YAML file; raises `FichierCasse` when it cannot be read or repeats a key."""
    try:
        texte = chemin.read_text(encoding="utf-8")
    except UnicodeDecodeError as erreur:
        raise FichierCasse(
            chemin.name,
            "le texte n'est pas en UTF-8.",
            remede="Enregistrez le fichier en UTF-8.",
        ) from erreur
    except OSError as erreur:
        raise FichierCasse(
            chemin.name,
            f"lecture impossible ({erreur.strerror}).",
            remede="Vérifiez le chemin et les droits.",
        ) from erreur
    try:
        return yaml.load(texte, Loader=_Lecteur)  # noqa: S506 - subclass of the safe loader
    except _CleDupliquee as erreur:
        raise FichierCasse(
            chemin.name,
            "la clé est écrite deux fois.",
            remede="Gardez une seule des deux, ou rassemblez leurs valeurs sous la même clé.",
            cle=erreur.cle,
            ligne=erreur.ligne,
        ) from erreur
    except yaml.YAMLError as erreur:
        marque = getattr(erreur, "problem_mark", None)
        raise FichierCasse(
            chemin.name,
            f"le YAML est illisible ({getattr(erreur, 'problem', None) or 'forme inattendue'}).",
            remede="Vérifiez l'indentation, les deux-points et les guillemets de cette ligne.",
            ligne=marque.line + 1 if marque is not None else None,
        ) from erreur
