"""A sealed file: a stream compressed and encrypted with a passphrase, piece by piece.

Each piece carries its number and whether it is the last, so that a cut or reordered
file does not open. scrypt and AES-256-GCM, both from `cryptography`.
"""

import os
import struct
import zlib
from collections.abc import Iterator
from typing import BinaryIO

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.kdf.scrypt import Scrypt

from rules.errors import RuleError

MAGIC = b"JMWB1\n"
PIECE = 1 << 20
PASSPHRASE_MIN = 12


class Sealed(RuleError):
    """A sealed file cannot be made or opened; the message says why."""


def _key(passphrase: str, salt: bytes) -> AESGCM:
    if len(passphrase) < PASSPHRASE_MIN:
        raise Sealed(f"备份口令至少 {PASSPHRASE_MIN} 位")
    return AESGCM(Scrypt(salt=salt, length=32, n=2**15, r=8, p=1).derive(passphrase.encode()))


def seal(source: Iterator[bytes], target: BinaryIO, passphrase: str) -> None:
    """Write the pieces of `source`, compressed and encrypted, to `target`."""
    salt, prefix = os.urandom(16), os.urandom(4)
    key = _key(passphrase, salt)
    target.write(MAGIC + salt + prefix)
    for number, (piece, last) in enumerate(_ended(_packed(source))):
        nonce = prefix + struct.pack(">Q", number)
        data = key.encrypt(nonce, piece, b"last" if last else b"more")
        target.write(struct.pack(">?I", last, len(data)) + data)


def unseal(source: BinaryIO, passphrase: str) -> Iterator[bytes]:
    """Yield the content of a sealed file; raises Sealed for a wrong passphrase or a damaged file."""
    if source.read(len(MAGIC)) != MAGIC:
        raise Sealed("这不是本系统的备份文件")
    salt, prefix = source.read(16), source.read(4)
    key = _key(passphrase, salt)
    unpacker = zlib.decompressobj()
    number, last = 0, False
    while not last:
        head = source.read(5)
        if len(head) < 5:
            raise Sealed("备份文件不完整（在中间断了）")
        last, size = struct.unpack(">?I", head)
        if size > 2 * PIECE:
            raise Sealed("备份文件已损坏")
        nonce = prefix + struct.pack(">Q", number)
        try:
            piece = key.decrypt(nonce, source.read(size), b"last" if last else b"more")
        except InvalidTag as error:
            raise Sealed("备份口令不正确，或备份文件已损坏") from error
        yield unpacker.decompress(piece)
        number += 1
    if source.read(1):
        raise Sealed("备份文件已损坏（结尾之后还有内容）")
    yield unpacker.flush()


def _packed(source: Iterator[bytes]) -> Iterator[bytes]:
    packer, held = zlib.compressobj(6), b""
    for piece in source:
        held += packer.compress(piece)
        while len(held) >= PIECE:
            yield held[:PIECE]
            held = held[PIECE:]
    held += packer.flush()
    while len(held) > PIECE:
        yield held[:PIECE]
        held = held[PIECE:]
    yield held


def _ended(pieces: Iterator[bytes]) -> Iterator[tuple[bytes, bool]]:
    before = next(pieces)
    for piece in pieces:
        yield before, False
        before = piece
    yield before, True
