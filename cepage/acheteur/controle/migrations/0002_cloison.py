from django.db import migrations

from cepage.fondations.socle.cloisonnement import ajout_seul, cloisonner, ouvrir_a_l_echantillon

TABLES = {
    "controle_tirage": (),
    "controle_dossierbase": (),
    "controle_controle": (
        *("etat", "resultat", "cabinet_id", "controleur_id"),
        *("decide_le", "contestable_jusqu_a", "definitif_le"),
    ),
    "controle_lecture": (),
    "controle_surcontrole": (),
    "controle_contestation": (),
    "controle_piecejointe": (),
    "controle_arbitrage": (),
    "controle_procesverbal": (),
    "controle_signaturepv": (),
    "controle_ouverturedossier": (),
}
_SIEN = "c.controleur_id::text = current_setting('cepage.controleur', true)"
_DU_CONTROLE = f"EXISTS (SELECT 1 FROM controle_controle c WHERE c.id = controle_id AND {_SIEN})"
_DE_LA_CONTESTATION = (
    "EXISTS (SELECT 1 FROM controle_contestation k JOIN controle_controle c ON c.id = k.controle_id "
    f"WHERE k.id = contestation_id AND {_SIEN})"
)
_DU_DOSSIER = "EXISTS (SELECT 1 FROM controle_controle c WHERE c.numero_dossier = {0} AND " + _SIEN + ")"
ECHANTILLON = {
    "controle_controle": "controleur_id::text = current_setting('cepage.controleur', true)",
    "controle_lecture": _DU_CONTROLE,
    "controle_contestation": _DU_CONTROLE,
    "controle_piecejointe": _DE_LA_CONTESTATION,
    "controle_arbitrage": _DE_LA_CONTESTATION,
    "registre_unite_oeuvre": _DU_DOSSIER.format("cle"),
    "registre_interaction": _DU_DOSSIER.format("numero_dossier"),
    "registre_livrable": _DU_DOSSIER.format("numero_dossier"),
    "registre_beneficiaire": (
        "EXISTS (SELECT 1 FROM controle_controle c JOIN registre_unite_oeuvre u ON u.cle = c.numero_dossier "
        "WHERE u.lot = registre_beneficiaire.lot "
        f"AND u.identifiant_beneficiaire = registre_beneficiaire.identifiant_beneficiaire AND {_SIEN})"
    ),
}

# Once the PV of an operator is drawn up, nothing under it moves any more, whoever asks: the PV is looked for in the
# whole scope, which is then given back.
_GEL = """
CREATE FUNCTION controle_gel() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE vise bigint; fige boolean; portee text := coalesce(current_setting('cepage.emetteurs', true), '');
BEGIN
  PERFORM set_config('cepage.emetteurs', '*', true);
  CASE TG_TABLE_NAME
    WHEN 'controle_controle' THEN vise := NEW.id;
    WHEN 'controle_arbitrage' THEN
      SELECT controle_id INTO vise FROM controle_contestation WHERE id = NEW.contestation_id;
    WHEN 'controle_piecejointe' THEN
      SELECT controle_id INTO vise FROM controle_contestation WHERE id = NEW.contestation_id;
    ELSE vise := NEW.controle_id;
  END CASE;
  fige := EXISTS (SELECT 1 FROM controle_controle c JOIN controle_procesverbal p
                  ON p.tirage_id = c.tirage_id AND p.emetteur = c.emetteur WHERE c.id = vise);
  PERFORM set_config('cepage.emetteurs', portee, true);
  IF fige THEN
    RAISE EXCEPTION 'Le procès-verbal de ce trimestre est établi : rien de ce qu''il constate ne change plus.'
    USING ERRCODE = 'integrity_constraint_violation';
  END IF;
  RETURN NEW;
END $$;
"""
GELEES = {
    "controle_controle": "UPDATE",
    "controle_lecture": "INSERT",
    "controle_contestation": "INSERT",
    "controle_piecejointe": "INSERT",
    "controle_arbitrage": "INSERT",
}


class Migration(migrations.Migration):
    dependencies = [("controle", "0001_initial"), ("registre", "0003_fermeture_unique")]
    operations = [
        *(
            operation
            for table, modifiables in TABLES.items()
            for operation in (cloisonner(table), ajout_seul(table, modifiables=modifiables))
        ),
        *(ouvrir_a_l_echantillon(table, condition) for table, condition in ECHANTILLON.items()),
        migrations.RunSQL(_GEL, "DROP FUNCTION controle_gel()"),
        *(
            migrations.RunSQL(
                f"CREATE TRIGGER gel BEFORE {ordre} ON {table} FOR EACH ROW EXECUTE FUNCTION controle_gel()",
                f"DROP TRIGGER gel ON {table}",
            )
            for table, ordre in GELEES.items()
        ),
    ]
