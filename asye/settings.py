"""Every setting, read from the environment. A variable that is missing or wrong is named in the error."""

import os
import re
from ipaddress import ip_address
from pathlib import Path
from urllib.parse import parse_qs, unquote, urlsplit

from csp.constants import NONCE, NONE, SELF, STRICT_DYNAMIC
from django.core.exceptions import ImproperlyConfigured

from asye.logs import LOGGING  # noqa: F401

BASE_DIR = Path(__file__).resolve().parent.parent
_ID = "[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}"  # as GOV.UK Notify writes one


def env(name: str, default: str | None = None) -> str:
    """The variable's value; raises ImproperlyConfigured with the variable's name where it is required and unset."""
    value = os.environ.get(name, default)
    if value is None or (default is None and not value.strip()):
        raise ImproperlyConfigured(f"Set the environment variable {name}. docs/deployment.md lists every variable.")
    return value


def env_flag(name: str) -> bool:
    """True for 1, false for 0 or unset; anything else is refused by name."""
    value = os.environ.get(name, "0")
    if value not in ("0", "1"):
        raise ImproperlyConfigured(f"The environment variable {name} must be 0 or 1, not {value!r}.")
    return value == "1"


def env_int(name: str, default: int) -> int:
    """A whole number of zero or more; anything else is refused by name."""
    value = os.environ.get(name, str(default))
    if not (value.isascii() and value.isdigit()):
        raise ImproperlyConfigured(f"The environment variable {name} must be a whole number, not {value!r}.")
    return int(value)


def database(name: str, url: str) -> dict[str, object]:
    """Django's settings for a postgresql:// URL; a socket folder stands in ?host=."""
    parts = urlsplit(url)
    if parts.scheme not in ("postgres", "postgresql") or not parts.path.strip("/"):
        raise ImproperlyConfigured(f"The environment variable {name} must be postgresql://user@host/database.")
    query = {key: values[-1] for key, values in parse_qs(parts.query).items()}
    return {
        "ENGINE": "django.db.backends.postgresql",
        "NAME": unquote(parts.path.lstrip("/")),
        "USER": unquote(parts.username or ""),
        "PASSWORD": unquote(parts.password or ""),
        "HOST": query.get("host") or parts.hostname or "",
        "PORT": query.get("port") or str(parts.port or ""),
    }


SECRET_KEY = env("SECRET_KEY")
if len(SECRET_KEY) < 50:
    raise ImproperlyConfigured("The environment variable SECRET_KEY must have 50 characters or more.")
SECRET_KEY_FALLBACKS = [key for key in env("SECRET_KEY_FALLBACKS", "").split(",") if key]

SITE_URL = env("SITE_URL").rstrip("/")
_site = urlsplit(SITE_URL)
if _site.scheme not in ("http", "https") or not _site.hostname or _site.path or _site.query:
    raise ImproperlyConfigured("The environment variable SITE_URL must be like https://asye.example.org.")


def _is_loopback(host: str) -> bool:
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"


SECURE = not (_site.scheme == "http" and _is_loopback(_site.hostname))
if SECURE and _site.scheme == "http":
    raise ImproperlyConfigured("The environment variable SITE_URL must be https, except on this machine itself.")
DEMO = env_flag("DEMO")  # invented people with known passwords, a clock that can be moved
DEBUG = False
CLOCK_FILE = os.environ.get("CLOCK_FILE") or None  # the instant the service takes for now: tests and demo only
MAIL_FOLDER = os.environ.get("MAIL_FOLDER") or None  # mail is written there, links and all, and not sent
if SECURE and (DEMO or CLOCK_FILE or MAIL_FOLDER):
    raise ImproperlyConfigured("DEMO, CLOCK_FILE and MAIL_FOLDER are refused unless SITE_URL is http on this machine.")

ALLOWED_HOSTS = [_site.hostname, *([] if SECURE else ["localhost", "127.0.0.1", "[::1]"])]
CSRF_TRUSTED_ORIGINS = [SITE_URL]
ROOT_URLCONF = "asye.urls"
WSGI_APPLICATION = "asye.wsgi.application"

# What the public sees. Unbranded until someone says otherwise.
SERVICE_NAME = env("SERVICE_NAME", "Assessed and supported year in employment")
SERVICE_COLOUR = env("SERVICE_COLOUR", "#1d4f6e")
FEEDBACK_EMAIL = env("FEEDBACK_EMAIL", "asye-support@example.org")

INSTALLED_APPS = [
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "django.contrib.postgres",
    "django.forms",
    "rest_framework",
    "drf_spectacular",
    "django_filters",
    "import_export",
    "allauth",
    "allauth.account",
    "axes",
    "csp",
    "asye.ui",
    "accounts",
    "registrations",
    "assessments",
    "moderation",
    "payments",
    "reporting",
]

MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "asye.http.RequestIdMiddleware",
    "csp.middleware.CSPMiddleware",
    "asye.http.PrivateResponseMiddleware",
    "asye.http.CookielessMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "axes.middleware.AxesMiddleware",
    "accounts.middleware.IdleMiddleware",
    "accounts.middleware.SensitiveReadMiddleware",
    "accounts.middleware.ApiKeyUseMiddleware",
    "asye.http.RefusalMiddleware",
    "asye.http.ReadOnlyGetMiddleware",
]

TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "csp.context_processors.nonce",
                "asye.ui.context.service",
                "accounts.context.person",
            ],
        },
    },
]
FORM_RENDERER = "django.forms.renderers.TemplatesSetting"

DATABASES = {
    "default": {
        **database("DATABASE_URL", env("DATABASE_URL")),
        "OPTIONS": {
            "pool": {"min_size": 1, "max_size": env_int("DATABASE_POOL", 8), "timeout": 10},
            # Else PostgreSQL plans the first five uses of a prepared read on each connection anew, and, where it was
            # built with LLVM, compiles a page's larger SELECTs for longer than they run (docs/adr/0008).
            "options": "-c plan_cache_mode=force_generic_plan -c jit=off",
        },
        "CONN_HEALTH_CHECKS": True,
    }
}
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

REDIS_URL = env("REDIS_URL")
CELERY_BROKER_URL = REDIS_URL.replace("unix://", "redis+socket://")
CELERY_BROKER_TRANSPORT_OPTIONS = {
    "visibility_timeout": 300,
    "unacked_restore_interval": 5,  # kombu's default looks for lost messages only every 100 s
    "unacked_restore_throttle": 1,
}
CELERY_TASK_SERIALIZER = "json"
CELERY_ACCEPT_CONTENT = ["json"]
CELERY_TASK_IGNORE_RESULT = True
CELERY_TASK_ACKS_LATE = True
CELERY_TASK_REJECT_ON_WORKER_LOST = True
CELERY_WORKER_PREFETCH_MULTIPLIER = 1
CELERY_TASK_TIME_LIMIT = 90
CELERY_TASK_SOFT_TIME_LIMIT = 60
CELERY_BROKER_CONNECTION_RETRY_ON_STARTUP = True
CELERY_TIMEZONE = "UTC"

AUTH_USER_MODEL = "accounts.User"
AUTHENTICATION_BACKENDS = [
    "axes.backends.AxesStandaloneBackend",
    "allauth.account.auth_backends.AuthenticationBackend",
]
PASSWORD_HASHERS = ["django.contrib.auth.hashers.ScryptPasswordHasher"]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "accounts.passwords.LongEnough", "OPTIONS": {"min_length": 15}},
    {"NAME": "accounts.passwords.NotCommon"},
    {"NAME": "accounts.passwords.NotAboutYou"},
]
LOGIN_URL = "account_login"
LOGIN_REDIRECT_URL = "home"
LOGOUT_REDIRECT_URL = "account_login"

ACCOUNT_ADAPTER = "accounts.adapter.AccountAdapter"
ACCOUNT_LOGIN_METHODS = {"email"}
ACCOUNT_SIGNUP_FIELDS = ["email*", "password1*"]
ACCOUNT_USER_MODEL_USERNAME_FIELD = None
ACCOUNT_EMAIL_VERIFICATION = "none"  # every account begins with a link sent to the address
ACCOUNT_PREVENT_ENUMERATION = True
ACCOUNT_EMAIL_UNKNOWN_ACCOUNTS = False  # nobody gets mail from us who is not known to us
ACCOUNT_FORMS = {
    "login": "accounts.forms.SignIn",
    "reset_password": "accounts.forms.AskForReset",
    "reset_password_from_key": "accounts.forms.ChooseAfterReset",
    "change_password": "accounts.forms.ChangePassword",
}
ACCOUNT_LOGOUT_ON_GET = False
ACCOUNT_LOGOUT_ON_PASSWORD_CHANGE = False
ACCOUNT_SESSION_REMEMBER = True
ACCOUNT_RATE_LIMITS = {"login_failed": False, "login": False}  # axes counts wrong passwords
ALLAUTH_TRUSTED_PROXY_COUNT = env_int("TRUSTED_PROXY_COUNT", 0)

AXES_FAILURE_LIMIT = 5
AXES_COOLOFF_TIME = 0.25  # hours
AXES_LOCKOUT_PARAMETERS = [["username", "ip_address"]]
AXES_USERNAME_FORM_FIELD = "login"
AXES_USERNAME_CALLABLE = "accounts.views.signing.typed_email"  # one address, however it was typed
AXES_RESET_COOL_OFF_ON_FAILURE_DURING_LOCKOUT = False  # the page promises when it ends
AXES_RESET_ON_SUCCESS = True
AXES_LOCKOUT_CALLABLE = "accounts.views.signing.locked_out"
AXES_ENABLE_ADMIN = False
AXES_IPWARE_PROXY_COUNT = ALLAUTH_TRUSTED_PROXY_COUNT

SESSION_COOKIE_AGE = 12 * 60 * 60  # the idle limit below is ours, so that a late POST still names its user
SESSION_COOKIE_NAME = "__Host-session" if SECURE else "session"
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = "Lax"
SESSION_COOKIE_SECURE = SECURE
IDLE_MINUTES = 30
CSRF_COOKIE_NAME = "__Host-csrf" if SECURE else "csrf"
CSRF_COOKIE_HTTPONLY = True
CSRF_COOKIE_SECURE = SECURE
CSRF_FAILURE_VIEW = "accounts.views.kept.csrf_failure"

SECURE_SSL_REDIRECT = SECURE
SECURE_HSTS_SECONDS = 31_536_000 if SECURE else 0
SECURE_HSTS_INCLUDE_SUBDOMAINS = SECURE
SECURE_HSTS_PRELOAD = SECURE
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https") if ALLAUTH_TRUSTED_PROXY_COUNT else None
SECURE_REDIRECT_EXEMPT = [r"^health$"]
SECURE_REFERRER_POLICY = "same-origin"
SECURE_CROSS_ORIGIN_OPENER_POLICY = "same-origin"
X_FRAME_OPTIONS = "DENY"
USE_X_FORWARDED_HOST = False
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [NONE],
        "script-src": [NONCE, STRICT_DYNAMIC],
        "style-src": [SELF],
        "img-src": [SELF, "data:"],
        "font-src": [SELF],
        "connect-src": [SELF],
        "form-action": [SELF],
        "base-uri": [NONE],
        "object-src": [NONE],
        "frame-ancestors": [NONE],
        "require-trusted-types-for": ["'script'"],  # no text ever becomes markup or script: innerHTML throws
        "trusted-types": [NONE],
    }
}

DATA_UPLOAD_MAX_MEMORY_SIZE = 2_621_440
DATA_UPLOAD_MAX_NUMBER_FIELDS = 1_000
DATA_UPLOAD_MAX_NUMBER_FILES = 10

LANGUAGE_CODE = "en-gb"
USE_I18N = True
USE_TZ = True
TIME_ZONE = "Europe/London"

STATIC_URL = "/static/"
STATIC_ROOT = BASE_DIR / "var" / "static"
STATICFILES_DIRS = [BASE_DIR / "var" / "assets"]
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {"BACKEND": "whitenoise.storage.CompressedManifestStaticFilesStorage"},
}

# Mail leaves through the notices outbox; the demo keeps it on a staff page and sends nothing.
EMAIL_BACKEND = f"django.core.mail.backends.{'filebased' if MAIL_FOLDER else 'smtp'}.EmailBackend"
EMAIL_FILE_PATH = MAIL_FOLDER
EMAIL_HOST = env("EMAIL_HOST", "localhost")
EMAIL_PORT = env_int("EMAIL_PORT", 25)
EMAIL_HOST_USER = env("EMAIL_HOST_USER", "")
EMAIL_HOST_PASSWORD = env("EMAIL_HOST_PASSWORD", "")
EMAIL_USE_TLS = env_flag("EMAIL_USE_TLS")
EMAIL_TIMEOUT = 10
DEFAULT_FROM_EMAIL = env("DEFAULT_FROM_EMAIL", "") or FEEDBACK_EMAIL

# Who carries it: the mail server above, which reports nothing later, or GOV.UK Notify: see accounts/notify.py.
MAIL_BY = env("MAIL_BY", "smtp")
NOTIFY_URL = env("NOTIFY_URL", "https://api.notifications.service.gov.uk").rstrip("/")
NOTIFY_API_KEY = env("NOTIFY_API_KEY", "")
NOTIFY_TEMPLATE = env("NOTIFY_TEMPLATE", "")
NOTIFY_CALLBACK_TOKEN = env("NOTIFY_CALLBACK_TOKEN", "")  # what Notify shows us when it reports; empty: it cannot
if MAIL_BY not in ("smtp", "notify"):
    raise ImproperlyConfigured(f"The environment variable MAIL_BY must be smtp or notify, not {MAIL_BY!r}.")
if MAIL_BY == "notify":
    if not re.search(rf"-{_ID}-{_ID}$", NOTIFY_API_KEY):
        raise ImproperlyConfigured("The environment variable NOTIFY_API_KEY must be a key of GOV.UK Notify.")
    if not re.fullmatch(_ID, NOTIFY_TEMPLATE):
        raise ImproperlyConfigured("The environment variable NOTIFY_TEMPLATE must be the ID of a template of Notify.")
    if not NOTIFY_CALLBACK_TOKEN:
        raise ImproperlyConfigured("Set the environment variable NOTIFY_CALLBACK_TOKEN while MAIL_BY is notify.")
    _notify = urlsplit(NOTIFY_URL)
    if not (_notify.hostname and not _notify.path) or not (
        _notify.scheme == "https" or (_notify.scheme == "http" and _is_loopback(_notify.hostname))
    ):
        raise ImproperlyConfigured("The environment variable NOTIFY_URL must be like https://notify.example.org.")
if NOTIFY_CALLBACK_TOKEN and (len(NOTIFY_CALLBACK_TOKEN) < 32 or not NOTIFY_CALLBACK_TOKEN.isascii()):
    raise ImproperlyConfigured("The environment variable NOTIFY_CALLBACK_TOKEN must have 32 characters or more.")

# Who answers for the Social Work England register: see registrations/register.py.
REGISTER = env("REGISTER", "simulator")
REGISTER_URL = env("REGISTER_URL", "").rstrip("/")
REGISTER_TOKEN = env("REGISTER_TOKEN", "")
REGISTER_SECONDS = env_int("REGISTER_SECONDS", 4)  # for one attempt, from connecting to the last byte
REGISTER_ATTEMPTS = env_int("REGISTER_ATTEMPTS", 2)
REGISTER_SIMULATOR_FILE = os.environ.get("REGISTER_SIMULATOR_FILE") or None
if REGISTER not in ("simulator", "http"):
    raise ImproperlyConfigured(f"The environment variable REGISTER must be simulator or http, not {REGISTER!r}.")
_register = urlsplit(REGISTER_URL)
if REGISTER == "http" and not (
    _register.hostname
    and (_register.scheme == "https" or (_register.scheme == "http" and _is_loopback(_register.hostname)))
):
    raise ImproperlyConfigured(
        "The environment variable REGISTER_URL must be like https://register.example.org while REGISTER is http."
    )
if not (1 <= REGISTER_SECONDS <= 20 and 1 <= REGISTER_ATTEMPTS <= 5):
    raise ImproperlyConfigured(
        "The environment variables REGISTER_SECONDS (1 to 20) and REGISTER_ATTEMPTS (1 to 5) are out of bounds."
    )

IMPORT_EXPORT_ESCAPE_FORMULAE_ON_EXPORT = True

# The API: a key alone opens it, what it answers is JSON, and a key has so many requests a minute.
REST_FRAMEWORK = {
    "DEFAULT_RENDERER_CLASSES": ["rest_framework.renderers.JSONRenderer"],
    "DEFAULT_SCHEMA_CLASS": "drf_spectacular.openapi.AutoSchema",
    "DEFAULT_AUTHENTICATION_CLASSES": ["accounts.api.keys.ByKey"],
    "DEFAULT_PERMISSION_CLASSES": ["accounts.api.keys.HasScope"],
    "DEFAULT_THROTTLE_CLASSES": ["accounts.api.throttle.PerKey"],
    "DEFAULT_PARSER_CLASSES": ["accounts.api.parsing.BoundedJson"],
    "DEFAULT_CONTENT_NEGOTIATION_CLASS": "accounts.api.parsing.JsonOnly",
    "DEFAULT_METADATA_CLASS": None,
    "EXCEPTION_HANDLER": "accounts.api.problems.answer",
}
API_REQUESTS_PER_MINUTE = env_int("API_REQUESTS_PER_MINUTE", 300)
API_MOST_BYTES = 64 * 1024
CACHES = {
    "default": {"BACKEND": "django.core.cache.backends.locmem.LocMemCache"},
    "api": {  # counts requests for every web process together
        "BACKEND": "django.core.cache.backends.redis.RedisCache",
        "LOCATION": REDIS_URL,
        "KEY_PREFIX": "asye-api",
    },
}
SPECTACULAR_SETTINGS = {
    "TITLE": "ASYE registrations",
    "DESCRIPTION": (
        "For the HR systems of employers that take part in the assessed and supported year in employment. "
        "docs/api.md has examples."
    ),
    "VERSION": "1.0.0",
    "OAS_VERSION": "3.1.1",
    "SCHEMA_PATH_PREFIX": r"/api/v1",
    "SERVE_INCLUDE_SCHEMA": False,
    "POSTPROCESSING_HOOKS": [
        "drf_spectacular.hooks.postprocess_schema_enums",
        "registrations.api.describing.closed_requests",
    ],
    "SORT_OPERATIONS": True,
    "ENUM_GENERATE_CHOICE_DESCRIPTION": True,
    "ENUM_ADD_EXPLICIT_BLANK_NULL_CHOICE": True,
}
SILENCED_SYSTEM_CHECKS: list[str] = []
