"""The keys at work: restricted columns encrypted and found, sign-in tokens hashed."""

import hashlib
import hmac
import os
import unicodedata

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from rules.errors import WrongKey

_CHECK = "联席会议工作台"


class Cipher:
    """What is done with an installation's two keys; safe to share between threads.

    The field key encrypts and looks up restricted values, the secret key stands behind sign-ins.
    """

    def __init__(self, field_key: str, secret_key: str) -> None:
        for key, called in (
            (field_key, "身份信息密钥（FIELD_KEY）"),
            (secret_key, "登录密钥（SECRET_KEY）"),
        ):
            if len(key) < 32:
                raise WrongKey(f"{called}太短，至少需要 32 个字符")
        secret = field_key.encode()
        self._aead = AESGCM(hmac.digest(secret, b"encrypt", "sha256"))
        self._hash_key = hmac.digest(secret, b"lookup", "sha256")
        self._token_key = secret_key.encode()

    def encrypt(self, text: str) -> bytes:
        """Return nonce and ciphertext; equal texts give different bytes each time."""
        nonce = os.urandom(12)
        return nonce + self._aead.encrypt(nonce, text.encode(), None)

    def decrypt(self, data: bytes) -> str:
        """Return the text; raises WrongKey when the key does not fit or the bytes were altered."""
        try:
            return self._aead.decrypt(data[:12], data[12:], None).decode()
        except InvalidTag as error:
            raise WrongKey(
                "身份信息密钥（FIELD_KEY）与数据库不符，无法读取身份信息：请找回建库时的密钥文件"
            ) from error

    def lookup(self, text: str) -> bytes:
        """Return the 16-byte keyed hash of an exact value; spaces and width do not matter."""
        plain = "".join(unicodedata.normalize("NFKC", text).split()).lower()
        return hmac.digest(self._hash_key, plain.encode(), "sha256")[:16]

    def token_hash(self, token: str) -> str:
        """Return what the store keeps of a sign-in's token: another secret key finds it no more."""
        return hmac.digest(self._token_key, token.encode(), "sha256").hex()

    def check(self) -> bytes:
        """Make the value the store keeps to recognise its key."""
        return self.encrypt(_CHECK)

    def fits(self, check: bytes) -> None:
        """Raise WrongKey unless `check` was made with this key."""
        self.decrypt(check)


def file_digest(content: bytes) -> str:
    """Return the sha256 of a file in hex."""
    return hashlib.sha256(content).hexdigest()
