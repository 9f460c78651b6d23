"""Settings, read from the environment; no secret has a usable default outside the demo."""

import os
import secrets
from pathlib import Path
from urllib.parse import unquote, urlparse

from cepage.fondations.socle import base_embarquee

RACINE = Path(__file__).resolve().parent.parent.parent
DONNEES = Path(os.environ.get("CEPAGE_DONNEES", "donnees")).resolve()
CEPAGE_DONNEES = DONNEES
CEPAGE_ROLE = os.environ.get("CEPAGE_ROLE", "tout")
CEPAGE_DEMO = os.environ.get("CEPAGE_DEMO", "") == "1"
CEPAGE_THEME = os.environ.get("CEPAGE_THEME", "etat")
CEPAGE_DATE = os.environ.get("CEPAGE_DATE")
CEPAGE_NIR = os.environ.get("CEPAGE_NIR", "") == "1"
# Channels: how many reverse proxies stand before the site, and how many requests a minute are answered.
CEPAGE_MANDATAIRES = int(os.environ.get("CEPAGE_MANDATAIRES", "0"))
CEPAGE_CADENCE_CLE = int(os.environ.get("CEPAGE_CADENCE_CLE", "3000"))
# A file up to this size has its receipt at once; a larger one waits for the worker. Beyond the maximum it is refused.
CEPAGE_SEUIL_IMMEDIAT = int(os.environ.get("CEPAGE_SEUIL_IMMEDIAT", "1000000"))
CEPAGE_TAILLE_MAXIMALE = int(os.environ.get("CEPAGE_TAILLE_MAXIMALE", str(20 * 2**30)))
CEPAGE_METRIQUES_ADRESSES = [a for a in os.environ.get("CEPAGE_METRIQUES_ADRESSES", "127.0.0.1").split(",") if a]
# All the keys of one address together; and whether a sandbox may have notices sent to this very machine.
CEPAGE_CADENCE_ADRESSE = int(os.environ.get("CEPAGE_CADENCE_ADRESSE", "6000"))
CEPAGE_AVIS_LOCAL = os.environ.get("CEPAGE_AVIS_LOCAL", os.environ.get("CEPAGE_DEMO", "")) == "1"
# Where the backups are put, for the operations page to say when the last one was made.
CEPAGE_SAUVEGARDES = os.environ.get("CEPAGE_SAUVEGARDES", "")
CEPAGE_CADENCE_ECHECS = int(os.environ.get("CEPAGE_CADENCE_ECHECS", "20"))
# FTPS: certificate and key (PEM; without them, one for trials is made beside the data), the ports of the data
# connections, the address said to clients behind a translation, how many bytes an operator may have in depot/ and
# waiting, how many stay free on the disk, for how many days archives/ and retours/ are kept, whether a data connection
# must resume the TLS session of its control connection.
CEPAGE_FTPS_CERTIFICAT = os.environ.get("CEPAGE_FTPS_CERTIFICAT", "")
CEPAGE_FTPS_CLE = os.environ.get("CEPAGE_FTPS_CLE", "")
CEPAGE_FTPS_PORTS = os.environ.get("CEPAGE_FTPS_PORTS", "")
CEPAGE_FTPS_ADRESSE_PUBLIQUE = os.environ.get("CEPAGE_FTPS_ADRESSE_PUBLIQUE", "")
CEPAGE_FTPS_QUOTA = int(os.environ.get("CEPAGE_FTPS_QUOTA", str(40 * 2**30)))
CEPAGE_FTPS_RESERVE = int(os.environ.get("CEPAGE_FTPS_RESERVE", str(2**30)))
CEPAGE_FTPS_ARCHIVES_JOURS = int(os.environ.get("CEPAGE_FTPS_ARCHIVES_JOURS", "90"))
CEPAGE_FTPS_REPRISE = os.environ.get("CEPAGE_FTPS_REPRISE", "1") == "1"
# How this instance reaches the exchange point: itself (local), or the buyer's over its API (rest), with that key.
# The name by which InterOPS assertions speak to this service; empty: its address.
CEPAGE_SOAP_AUDIENCE = os.environ.get("CEPAGE_SOAP_AUDIENCE", "")
CEPAGE_TRANSPORT = os.environ.get("CEPAGE_TRANSPORT", "local")
CEPAGE_POINT_ECHANGE = os.environ.get("CEPAGE_POINT_ECHANGE", "")
CEPAGE_CLE_POINT_ECHANGE = os.environ.get("CEPAGE_CLE_POINT_ECHANGE", "")


def _cle_secrete() -> str:
    """The secret key of the environment, else one made once and kept beside the data."""
    if cle := os.environ.get("CEPAGE_CLE_SECRETE"):
        return cle
    fichier = DONNEES / "cle_secrete"
    DONNEES.mkdir(parents=True, exist_ok=True)
    try:
        descripteur = os.open(fichier, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except FileExistsError:
        return fichier.read_text()
    with os.fdopen(descripteur, "w") as flux:
        flux.write(secrets.token_urlsafe(50))
    return fichier.read_text()


SECRET_KEY = _cle_secrete()
DEBUG = False
ALLOWED_HOSTS = os.environ.get("CEPAGE_HOTES", "localhost,127.0.0.1,[::1]").split(",")
CSRF_TRUSTED_ORIGINS = [o for o in os.environ.get("CEPAGE_ORIGINES", "").split(",") if o]

INSTALLED_APPS = [
    # Ours first: their templates replace those of the packages below.
    "cepage.fondations.socle",
    "cepage.fondations.comptes",
    "cepage.fondations.journal",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "django.contrib.humanize",
    "django.forms",
    "dsfr",
    "widget_tweaks",
    "django_htmx",
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "procrastinate.contrib.django",
    "cepage.fondations.referentiels",
    "cepage.echanges.contrat",
    "cepage.echanges.reception",
    "cepage.echanges.canaux.acces",
    "cepage.echanges.canaux.bac_a_sable",
    "cepage.echanges.canaux.depots",
    "cepage.echanges.canaux.rest",
    "cepage.echanges.canaux.ftps",
    "cepage.echanges.canaux.saisie",
    "cepage.echanges.canaux.soap",
    "cepage.acheteur.registre",
    "cepage.acheteur.marche",
    "cepage.acheteur.penalites",
    "cepage.acheteur.decomptes",
    "cepage.acheteur.indicateurs",
    "cepage.acheteur.controle",
    "cepage.acheteur.qualite",
    "cepage.echanges.envoi",
    "cepage.echanges.suivi",
    "cepage.echanges.canaux.avis",
    "cepage.echanges.exploitation",
    "cepage.operateur.equipe",
    "cepage.operateur.dossiers",
    "cepage.operateur.agenda",
    "cepage.operateur.livrables",
    "cepage.operateur.reclamations",
    "cepage.operateur.reversibilite",
    "cepage.operateur.moyens",
]
MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "cepage.fondations.socle.entetes.SecuriteDuContenu",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.locale.LocaleMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.auth.middleware.LoginRequiredMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "cepage.fondations.comptes.middleware.PorteeMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
]
ROOT_URLCONF = "cepage.config.urls"
WSGI_APPLICATION = "cepage.config.wsgi.application"
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "cepage.fondations.comptes.contexte.mise_en_page",
            ],
        },
    }
]
FORM_RENDERER = "django.forms.renderers.TemplatesSetting"


def _base(url: str) -> dict[str, object]:
    parties = urlparse(url)
    return {
        "ENGINE": "django.db.backends.postgresql",
        "HOST": parties.hostname or "",
        "PORT": str(parties.port or ""),
        "NAME": parties.path.lstrip("/"),
        "USER": unquote(parties.username or ""),
        "PASSWORD": unquote(parties.password or ""),
    }


if url_base := os.environ.get("DATABASE_URL"):
    _application = _base(url_base)
    _proprietaire = _base(os.environ.get("DATABASE_URL_PROPRIETAIRE", url_base))
else:
    _acces = base_embarquee.demarrer(DONNEES, base=os.environ.get("CEPAGE_BASE", base_embarquee.NOM_BASE))
    _commun = {"ENGINE": "django.db.backends.postgresql", "HOST": _acces.hote, "NAME": _acces.base}
    _application = {**_commun, "USER": _acces.application}
    _proprietaire = {**_commun, "USER": _acces.proprietaire}

DATABASES = {
    "default": {**_application, "ATOMIC_REQUESTS": True, "CONN_MAX_AGE": 60, "CONN_HEALTH_CHECKS": True},
    "proprietaire": {**_proprietaire},
}
DATABASE_ROUTERS = ["cepage.config.routeur.Routeur"]
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

AUTH_USER_MODEL = "comptes.Personne"
AUTHENTICATION_BACKENDS = ["allauth.account.auth_backends.AuthenticationBackend"]
PASSWORD_HASHERS = ["django.contrib.auth.hashers.Argon2PasswordHasher"]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator", "OPTIONS": {"min_length": 12}},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
]
LOGIN_URL = "account_login"
LOGIN_REDIRECT_URL = "/"
ACCOUNT_LOGIN_METHODS = {"email"}
ACCOUNT_SIGNUP_FIELDS = ["email*", "password1*"]
ACCOUNT_EMAIL_VERIFICATION = "none"
ACCOUNT_SESSION_REMEMBER = False
ACCOUNT_USER_MODEL_USERNAME_FIELD = None
ACCOUNT_ADAPTER = "cepage.fondations.comptes.adaptateur.Adaptateur"
MFA_SUPPORTED_TYPES = ["totp", "webauthn", "recovery_codes"]
MFA_PASSKEY_LOGIN_ENABLED = True
MFA_TOTP_ISSUER = "Cépage"
EMAIL_BACKEND = os.environ.get("CEPAGE_COURRIEL", "django.core.mail.backends.console.EmailBackend")
EMAIL_HOST = os.environ.get("CEPAGE_SMTP_HOTE", "localhost")
EMAIL_PORT = int(os.environ.get("CEPAGE_SMTP_PORT", "25"))
EMAIL_HOST_USER = os.environ.get("CEPAGE_SMTP_COMPTE", "")
EMAIL_HOST_PASSWORD = os.environ.get("CEPAGE_SMTP_SECRET", "")
EMAIL_USE_TLS = os.environ.get("CEPAGE_SMTP_TLS", "") == "1"
DEFAULT_FROM_EMAIL = os.environ.get("CEPAGE_EXPEDITEUR", "ne-pas-repondre@cepage.test")
EMAIL_TIMEOUT = 20
# The mailbox where people answer the mails of an UO2.2: read by IMAP, nothing without a host.
CEPAGE_BOITE_ADRESSE = os.environ.get("CEPAGE_BOITE_ADRESSE", "")
CEPAGE_IMAP_HOTE = os.environ.get("CEPAGE_IMAP_HOTE", "")
CEPAGE_IMAP_PORT = int(os.environ.get("CEPAGE_IMAP_PORT", "993"))
CEPAGE_IMAP_TLS = os.environ.get("CEPAGE_IMAP_TLS", "1") == "1"
CEPAGE_IMAP_COMPTE = os.environ.get("CEPAGE_IMAP_COMPTE", "")
CEPAGE_IMAP_SECRET = os.environ.get("CEPAGE_IMAP_SECRET", "")
CEPAGE_IMAP_DOSSIER = os.environ.get("CEPAGE_IMAP_DOSSIER", "INBOX")
# An operator's instance has one mailbox; several operators on one instance name whose it is.
CEPAGE_IMAP_EMETTEUR = os.environ.get("CEPAGE_IMAP_EMETTEUR", "")
# The gateway of text messages: "fichier" or "console" for trials, or the dotted path of a class; none when empty.
CEPAGE_SMS = os.environ.get("CEPAGE_SMS", "")
# Where people reach this site: the links written in mails.
CEPAGE_ADRESSE = os.environ.get("CEPAGE_ADRESSE", "http://localhost:8000").rstrip("/")

# The organisation's seal: without a key, a test authority is made beside the data and every seal says so.
CEPAGE_SCEAU = os.environ.get("CEPAGE_SCEAU", "")
CEPAGE_SCEAU_MOT_DE_PASSE = os.environ.get("CEPAGE_SCEAU_MOT_DE_PASSE", "")
CEPAGE_SCEAU_RACINES = os.environ.get("CEPAGE_SCEAU_RACINES", "")
CEPAGE_HORODATAGE = os.environ.get("CEPAGE_HORODATAGE", "")
# The clamd that looks at each file handed over: `host:port`, or the path of its socket; empty: none.
CEPAGE_CLAMD = os.environ.get("CEPAGE_CLAMD", "")

LANGUAGE_CODE = "fr"
LANGUAGES = [("fr", "Français")]
TIME_ZONE = "Europe/Paris"
USE_I18N = True
USE_TZ = True

STATIC_URL = "/statique/"
STATIC_ROOT = DONNEES / "statique"
STATIC_ROOT.mkdir(parents=True, exist_ok=True)
WHITENOISE_USE_FINDERS = True
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"},
}
MEDIA_ROOT = DONNEES / "fichiers"
DATA_UPLOAD_MAX_MEMORY_SIZE = 5_000_000
FILE_UPLOAD_MAX_MEMORY_SIZE = 1_000_000

SECURE_CONTENT_TYPE_NOSNIFF = True
SECURE_REFERRER_POLICY = "same-origin"
X_FRAME_OPTIONS = "DENY"
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = "Lax"
if os.environ.get("CEPAGE_HTTPS") == "1":
    SESSION_COOKIE_SECURE = True
    CSRF_COOKIE_SECURE = True
    SECURE_SSL_REDIRECT = True
    SECURE_HSTS_SECONDS = 31_536_000
    SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")

LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    # One line of JSON an event, without a name, a text received, or the words of an error.
    "formatters": {"sobre": {"()": "cepage.fondations.socle.journaux.Sobre"}},
    "handlers": {"console": {"class": "logging.StreamHandler", "formatter": "sobre"}},
    "root": {"handlers": ["console"], "level": "WARNING"},
    # A stranger's file to verify may be broken in any way: its verdict is on the page, not in the logs.
    "loggers": {
        "cepage": {"level": os.environ.get("CEPAGE_JOURNAUX", "INFO")},
        **{nom: {"level": "CRITICAL"} for nom in ("pyhanko", "pyhanko_certvalidator")},
    },
}
