"""Certificates of the farm: good ones, and one for every way to be bad."""

from __future__ import annotations

import datetime
import ssl
import tempfile
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING

import trustme
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

if TYPE_CHECKING:
    from collections.abc import Sequence

KINDS = ("good", "expired", "wrong-host", "self-signed", "no-intermediate")


class Certificates:
    """A certificate authority of the farm's own; clients get its root as an extra one."""

    @cached_property
    def authority(self) -> trustme.CA:
        """The root."""
        return trustme.CA()

    @property
    def root(self) -> bytes:
        """The root as PEM."""
        return self.authority.cert_pem.bytes()

    def context(self, kind: str, name: str) -> ssl.SSLContext:
        """What a server named ``name`` shows: one of :data:`KINDS`."""
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        if kind == "self-signed":
            _load(context, [_self_signed(name)])
            return context
        issuer = self.authority.create_child_ca() if kind == "no-intermediate" else self.authority
        end = datetime.datetime(2020, 2, 1, tzinfo=datetime.UTC) if kind == "expired" else None
        leaf = issuer.issue_cert("another.farm.test" if kind == "wrong-host" else name, not_after=end)
        chain = leaf.cert_chain_pems[:1] if kind == "no-intermediate" else leaf.cert_chain_pems
        _load(context, [leaf.private_key_pem.bytes(), *(pem.bytes() for pem in chain)])
        return context


def _load(context: ssl.SSLContext, pems: Sequence[bytes]) -> None:
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder, "chain.pem")
        path.write_bytes(b"".join(pems))
        context.load_cert_chain(path)


def _self_signed(name: str) -> bytes:
    key = ec.generate_private_key(ec.SECP256R1())
    subject = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)])
    now = datetime.datetime.now(datetime.UTC)
    certificate = (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(subject)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - datetime.timedelta(days=1))
        .not_valid_after(now + datetime.timedelta(days=30))
        .add_extension(x509.SubjectAlternativeName([x509.DNSName(name)]), critical=False)
        .sign(key, hashes.SHA256())
    )
    private = key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    return private + certificate.public_bytes(serialization.Encoding.PEM)
