"""Short texts that must leave the server or rest in a table without being read: encrypted under SECRET_KEY."""

import base64
import hashlib
from datetime import timedelta

from cryptography.fernet import Fernet, InvalidToken, MultiFernet
from django.conf import settings


def seal(purpose: str, text: bytes) -> bytes:
    """`text` encrypted, in characters that may stand in an address. Only `unseal` with the same purpose reads it."""
    return _keys(purpose).encrypt(text)


def unseal(purpose: str, sealed: bytes, *, lasts: timedelta | None = None) -> bytes | None:
    """What was sealed; None where it was altered, sealed for something else, or longer ago than `lasts` (real time)."""
    try:
        return _keys(purpose).decrypt(sealed, ttl=int(lasts.total_seconds()) if lasts else None)
    except InvalidToken:
        return None


def _keys(purpose: str) -> MultiFernet:
    secrets = [settings.SECRET_KEY, *settings.SECRET_KEY_FALLBACKS]
    digests = (hashlib.sha256(f"{purpose}\0{secret}".encode()).digest() for secret in secrets)
    return MultiFernet([Fernet(base64.urlsafe_b64encode(digest)) for digest in digests])
