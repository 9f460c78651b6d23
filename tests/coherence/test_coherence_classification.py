"""Every column of every model says why it is kept, for how long, and how it is erased."""

from django.apps import apps

from cepage.fondations.socle.classification import defauts


def test_chaque_colonne_est_classee() -> None:
    manquantes = {
        modele._meta.label: problemes
        for configuration in apps.get_app_configs()
        if configuration.name.startswith("cepage.")
        for modele in configuration.get_models(include_auto_created=True)
        if (problemes := list(defauts(modele)))
    }
    assert manquantes == {}
