# Cépage: every task, one command. `make` alone lists them.

SHELL := /bin/bash
.SHELLFLAGS := -euo pipefail -c
.DEFAULT_GOAL := aide

VENV := .venv
BIN := $(VENV)/bin
PYTHON := $(BIN)/python
TIMBRE := $(VENV)/.installe
VERROUS := verrous/construction.txt verrous/developpement.txt
COMPILER := $(BIN)/uv pip compile --quiet --universal --generate-hashes --no-emit-index-url \
	--no-annotate --no-header --python-version 3.11

.PHONY: aide installer navigateur clients demo test qualite-rapide qualite bench epreuves verrous propre

aide: ## lister les tâches
	@grep -hE '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | sed -E 's/^([a-z-]+):.*## /\1\t/' | expand -t 18

installer: $(TIMBRE) ## créer .venv et y installer tout, chaque fichier vérifié par son empreinte

# The first Python ≥ 3.11 of the machine, or PYTHON_SYSTEME; uv comes from the locks like everything else.
$(TIMBRE): pyproject.toml $(VERROUS)
	@systeme="$${PYTHON_SYSTEME:-}"; \
	for candidat in python3 python3.13 python3.12 python3.11 python3.14 python; do \
	  if [ -z "$$systeme" ] && "$$candidat" -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null; \
	  then systeme="$$candidat"; fi; \
	done; \
	if [ -z "$$systeme" ]; then \
	  echo "Cépage demande Python 3.11 ou plus récent, et aucun n'est sur le PATH. Installez-le, ou indiquez-le :" >&2; \
	  echo "  make installer PYTHON_SYSTEME=/chemin/vers/python3" >&2; exit 3; \
	fi; \
	if ! [ -x $(PYTHON) ]; then \
	  "$$systeme" -m venv $(VENV) || { \
	    rm -rf $(VENV); \
	    echo "Python ne peut pas créer d'environnement. Sur Debian : apt-get install python3-venv." >&2; exit 3; }; \
	fi
	@$(PYTHON) -m pip --version >/dev/null 2>&1 || $(PYTHON) -m ensurepip >/dev/null
	@$(PYTHON) -m pip install -qq --disable-pip-version-check --require-hashes -r verrous/construction.txt
	@$(BIN)/uv pip install --quiet --python $(PYTHON) --require-hashes -r verrous/developpement.txt
	@$(BIN)/uv pip install --quiet --python $(PYTHON) --no-deps --no-build-isolation --editable .
	@touch $@
	@echo "Cépage est installé dans $(VENV)."

# $(call paquets,PROGRAMMES): those that are missing, by the packages of the same names (Debian, Ubuntu).
define paquets
	@manquent=""; for programme in $(1); do command -v "$$programme" >/dev/null || manquent="$$manquent $$programme"; done; \
	if [ -z "$$manquent" ]; then exit 0; fi; \
	elever=""; if [ "$$(id -u)" != 0 ]; then elever="$$(command -v sudo || true)"; \
	  [ -n "$$elever" ] || { \
	    echo "Il manque$$manquent, et les droits d'administration pour l'installer : apt-get install$$manquent." >&2; \
	    exit 3; }; fi; \
	command -v apt-get >/dev/null || { \
	  echo "Il manque$$manquent et apt-get n'existe pas ici : installez par le moyen de votre système." >&2; exit 3; }; \
	{ $$elever env DEBIAN_FRONTEND=noninteractive apt-get update -qq && \
	  $$elever env DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends $$manquent; } || { \
	  echo "apt-get n'a pas pu installer$$manquent : vérifiez le réseau, puis relancez make $@." >&2; exit 3; }
endef

navigateur: ## installer Chromium pour les tests de parcours (Debian, Ubuntu)
	$(call paquets,chromium)

clients: ## installer curl, lftp et Java pour les tests des canaux (Debian, Ubuntu)
	$(call paquets,curl lftp)
	@if command -v javac >/dev/null; then exit 0; fi; $(MAKE) --no-print-directory default-jdk-headless

# The compiler is not named after its package.
default-jdk-headless:
	$(call paquets,default-jdk-headless)

demo: installer ## préparer la démonstration et ouvrir le site
	@$(BIN)/cepage demo

test: installer navigateur clients qualite-rapide ## vérifier le code puis lancer tous les tests
	@$(BIN)/pytest -n 2 --dist loadfile

# The missing migrations are looked for by tests/coherence, on the tests' own database.
qualite-rapide: installer ## contrôles en quelques secondes : ruff, dépendances entre pièces
	@$(BIN)/ruff check --quiet .
	@$(BIN)/lint-imports --no-cache >/dev/null || { $(BIN)/lint-imports --no-cache; exit 1; }

qualite: qualite-rapide ## tous les contrôles : mise en forme, types, gabarits, verrous
	@$(BIN)/ruff format --check .
	@$(BIN)/mypy
	@$(BIN)/djlint cepage --check --quiet
	@$(BIN)/djlint cepage --lint --quiet
	@$(BIN)/pytest tests/coherence

bench: installer ## mesurer : chaque chiffre de performance, une commande
	@for mesure in bench/*.py; do \
	  case "$$mesure" in bench/_*|bench/__init__.py) continue;; esac; \
	  echo "== $$mesure"; $(PYTHON) "$$mesure"; \
	done

epreuves: installer ## les épreuves longues : comptes entiers, pannes répétées
	@$(BIN)/pytest -m epreuve

verrous: $(TIMBRE) ## recompiler les verrous d'après pyproject.toml (MISE_A_JOUR=1 pour monter les versions)
	@$(COMPILER) $(if $(MISE_A_JOUR),--upgrade) verrous/construction.in -o verrous/construction.txt
	@$(COMPILER) $(if $(MISE_A_JOUR),--upgrade) pyproject.toml --group dev -o verrous/developpement.txt
	@$(COMPILER) $(if $(MISE_A_JOUR),--upgrade) pyproject.toml -c verrous/developpement.txt -o verrous/production.txt

propre: ## enlever ce qui se reconstruit (ni les données, ni .venv)
	@rm -rf .mypy_cache .ruff_cache .pytest_cache .hypothesis .import_linter_cache bench/resultats dist
	@find cepage demo tests bench outils -name __pycache__ -type d -prune -exec rm -rf {} +
