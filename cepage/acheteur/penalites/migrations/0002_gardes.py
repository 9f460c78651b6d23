from django.db import migrations

from cepage.fondations.socle.cloisonnement import ajout_seul, cloisonner

# What a decision needs, whoever writes it: several votes alike, none of the proposer's, the cap of the year held by one
# writer at a time, a delay that has run out. The floor of two votes is the law of the table; the rules may ask for more.
_PENALITE = """
CREATE FUNCTION penalites_gardees() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE question text; reponse text; total numeric;
BEGIN
  IF TG_OP = 'INSERT' THEN
    IF NEW.etat <> 'proposee' THEN
      RAISE EXCEPTION 'Une pénalité commence proposée.' USING ERRCODE = 'integrity_constraint_violation';
    END IF;
    RETURN NEW;
  END IF;
  IF OLD.etat IN ('ecartee', 'levee', 'definitive') THEN
    RAISE EXCEPTION 'Cette pénalité est close : elle ne change plus.' USING ERRCODE = 'integrity_constraint_violation';
  END IF;
  IF NEW.etat = OLD.etat THEN
    IF to_jsonb(NEW) <> to_jsonb(OLD) THEN
      RAISE EXCEPTION 'Une pénalité ne change qu''avec son état.' USING ERRCODE = 'integrity_constraint_violation';
    END IF;
    RETURN NEW;
  END IF;
  IF (OLD.etat, NEW.etat) NOT IN (('proposee', 'notifiee'), ('proposee', 'ecartee'), ('notifiee', 'contestee'),
      ('notifiee', 'definitive'), ('contestee', 'definitive'), ('contestee', 'levee')) THEN
    RAISE EXCEPTION 'Une pénalité ne passe pas de % à %.', OLD.etat, NEW.etat
    USING ERRCODE = 'integrity_constraint_violation';
  END IF;
  IF OLD.etat IN ('proposee', 'contestee') THEN
    question := CASE OLD.etat WHEN 'proposee' THEN 'proposition' ELSE 'contestation' END;
    reponse := CASE WHEN NEW.etat IN ('notifiee', 'definitive') THEN 'pour' ELSE 'contre' END;
    IF (SELECT count(*) FROM penalites_voix v
        WHERE v.penalite_id = NEW.id AND v.tour = question AND v.sens = reponse) < 2 THEN
      RAISE EXCEPTION 'Une pénalité se décide à deux personnes au moins.'
      USING ERRCODE = 'integrity_constraint_violation';
    END IF;
  END IF;
  IF OLD.etat <> 'proposee' AND (NEW.montant_retenu, NEW.plafond_annuel, NEW.contestable_jusqu_a)
      IS DISTINCT FROM (OLD.montant_retenu, OLD.plafond_annuel, OLD.contestable_jusqu_a) THEN
    RAISE EXCEPTION 'Le montant notifié ne change plus.' USING ERRCODE = 'integrity_constraint_violation';
  END IF;
  IF OLD.etat = 'notifiee' AND NEW.etat = 'definitive' AND NEW.definitive_le <= OLD.contestable_jusqu_a THEN
    RAISE EXCEPTION 'L''opérateur peut encore contester cette pénalité.'
    USING ERRCODE = 'integrity_constraint_violation';
  END IF;
  IF NEW.etat = 'notifiee' THEN
    PERFORM pg_advisory_xact_lock(20190415, hashtext(NEW.lot || NEW.emetteur || extract(year FROM NEW.fin)));
    SELECT coalesce(sum(p.montant_retenu), 0) INTO total FROM penalites_penalite p
    WHERE p.lot = NEW.lot AND p.emetteur = NEW.emetteur AND p.id <> NEW.id
      AND extract(year FROM p.fin) = extract(year FROM NEW.fin)
      AND p.etat IN ('notifiee', 'contestee', 'definitive');
    IF NEW.montant_retenu > 0 AND total + NEW.montant_retenu > NEW.plafond_annuel THEN
      RAISE EXCEPTION 'Les pénalités de l''année passeraient leur plafond.'
      USING ERRCODE = 'integrity_constraint_violation';
    END IF;
  END IF;
  RETURN NEW;
END $$;
"""
_VOIX = """
CREATE FUNCTION penalites_voix_gardee() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE visee penalites_penalite;
BEGIN
  SELECT * INTO visee FROM penalites_penalite WHERE id = NEW.penalite_id;
  IF visee.auteur_id = NEW.personne_id THEN
    RAISE EXCEPTION 'Qui propose une pénalité ne la décide pas.' USING ERRCODE = 'integrity_constraint_violation';
  END IF;
  IF (visee.etat, NEW.tour) NOT IN (('proposee', 'proposition'), ('contestee', 'contestation')) THEN
    RAISE EXCEPTION 'Il n''y a rien à décider de cette pénalité.' USING ERRCODE = 'integrity_constraint_violation';
  END IF;
  RETURN NEW;
END $$;
"""
_MODIFIABLES = ("etat", "plafond_annuel", "montant_retenu", "contestable_jusqu_a", "definitive_le")


class Migration(migrations.Migration):
    """A holder sees its own pénalités only; nobody decides alone, twice, above the cap, or rewrites what was decided."""

    dependencies = [("penalites", "0001_initial")]
    operations = [
        *(
            operation
            for table, modifiables in (("penalite", _MODIFIABLES), ("voix", ()), ("contestationpenalite", ()))
            for operation in (
                cloisonner(f"penalites_{table}"),
                ajout_seul(f"penalites_{table}", modifiables=modifiables),
            )
        ),
        migrations.RunSQL(_PENALITE, "DROP FUNCTION penalites_gardees()"),
        migrations.RunSQL(
            "CREATE TRIGGER gardees BEFORE INSERT OR UPDATE ON penalites_penalite "
            "FOR EACH ROW EXECUTE FUNCTION penalites_gardees()",
            "DROP TRIGGER gardees ON penalites_penalite",
        ),
        migrations.RunSQL(_VOIX, "DROP FUNCTION penalites_voix_gardee()"),
        migrations.RunSQL(
            "CREATE TRIGGER gardee BEFORE INSERT ON penalites_voix "
            "FOR EACH ROW EXECUTE FUNCTION penalites_voix_gardee()",
            "DROP TRIGGER gardee ON penalites_voix",
        ),
    ]
