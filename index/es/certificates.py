"""A private authority, and the certificates that it signs for the nodes and for Kibana.

What ``elasticsearch-certutil`` does, without a shell script around it. A pair that is still good is
left as it is, so that this may run at every start.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from ipaddress import ip_address
from pathlib import Path
from typing import TYPE_CHECKING, Literal

from tingfeng import StoreError

if TYPE_CHECKING:
    from cryptography.hazmat.primitives.asymmetric.ec import EllipticCurvePrivateKey
    from cryptography.x509 import Certificate, ExtensionType, GeneralName, Name

AUTHORITY_DAYS = 3650
NODE_DAYS = 825
"""What browsers still accept of a private authority."""
RENEW_DAYS = 60
"""Renewed at a start so long before the end: longer than any machine should go without one."""
SKEW = timedelta(minutes=5)
"""Machines whose clocks go behind must not find a certificate not yet valid."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Issued:
    """A certificate that is in place."""

    name: str
    state: Literal["made", "renewed", "kept"]
    until: datetime


def issue(
    hosts: Mapping[str, Sequence[str]], *, authority: Path, out: Path, public: Path, now: datetime
) -> list[Issued]:
    """Certificates for *hosts*: a name, and the host names and addresses by which it is called.

    *authority* gets ``ca.key`` and is for nobody else's eyes. *out* gets ``ca.crt`` and
    ``NAME/NAME.crt`` and ``.key``, readable by owner and group. *public* gets ``ca.crt`` alone.
    Raises ``StoreError`` where the authority's files do not fit together.
    """
    for folder in (authority, out, public):
        folder.mkdir(parents=True, exist_ok=True)
    key, root, first = _authority(authority, now)
    done = [first]
    for name, called in hosts.items():
        done.append(_node(name, called, out / name, key, root, now))
    for folder in (out, public):
        _write(folder / "ca.crt", _pem(root), 0o644)
    return done


def _authority(folder: Path, now: datetime) -> tuple[EllipticCurvePrivateKey, Certificate, Issued]:
    from cryptography import x509
    from cryptography.hazmat.primitives import serialization
    from cryptography.hazmat.primitives.asymmetric import ec

    key_file, file = folder / "ca.key", folder / "ca.crt"
    if key_file.exists() and file.exists():
        key = serialization.load_pem_private_key(key_file.read_bytes(), None)
        root = x509.load_pem_x509_certificate(file.read_bytes())
        if not isinstance(key, ec.EllipticCurvePrivateKey) or key.public_key() != root.public_key():
            raise StoreError(
                f"{key_file} 和 {file} 不是一对：两个都删掉再运行一次（所有证书会重做）",
                f"{key_file} and {file} are no pair: remove both and run again (every certificate "
                "is made anew)",
            )
        if root.not_valid_after_utc - now > timedelta(days=RENEW_DAYS):
            return key, root, _issued("ca", "kept", root)
    state: Literal["made", "renewed"] = "renewed" if file.exists() else "made"
    key = ec.generate_private_key(ec.SECP256R1())
    subject = _subject("tingfeng authority")
    usage = x509.KeyUsage(
        digital_signature=True, key_cert_sign=True, crl_sign=True, content_commitment=False,
        key_encipherment=False, data_encipherment=False, key_agreement=False, encipher_only=False,
        decipher_only=False,
    )  # fmt: skip
    root = _signed(
        subject, subject, key, key, now, AUTHORITY_DAYS,
        (x509.BasicConstraints(ca=True, path_length=0), True), (usage, True),
        (x509.SubjectKeyIdentifier.from_public_key(key.public_key()), False),
    )  # fmt: skip
    _write(key_file, _private(key), 0o600)
    _write(file, _pem(root), 0o644)
    return key, root, _issued("ca", state, root)


def _node(
    name: str,
    called: Sequence[str],
    folder: Path,
    authority: EllipticCurvePrivateKey,
    root: Certificate,
    now: datetime,
) -> Issued:
    from cryptography import x509
    from cryptography.hazmat.primitives.asymmetric import ec
    from cryptography.x509.oid import ExtendedKeyUsageOID

    file, key_file = folder / f"{name}.crt", folder / f"{name}.key"
    wanted = [_called(each) for each in dict.fromkeys((name, *called))]
    if key_file.exists() and file.exists():
        known = x509.load_pem_x509_certificate(file.read_bytes())
        if _good(known, wanted, root, now):
            return _issued(name, "kept", known)
    state: Literal["made", "renewed"] = "renewed" if file.exists() else "made"
    key = ec.generate_private_key(ec.SECP256R1())
    purposes = [ExtendedKeyUsageOID.SERVER_AUTH, ExtendedKeyUsageOID.CLIENT_AUTH]  # nodes are both
    made = _signed(
        _subject(name), root.subject, key, authority, now, NODE_DAYS,
        (x509.SubjectAlternativeName(wanted), False),
        (x509.BasicConstraints(ca=False, path_length=None), True),
        (x509.ExtendedKeyUsage(purposes), False),
        (x509.AuthorityKeyIdentifier.from_issuer_public_key(authority.public_key()), False),
    )  # fmt: skip
    folder.mkdir(exist_ok=True)
    _write(key_file, _private(key), 0o640)
    _write(file, _pem(made), 0o644)
    return _issued(name, state, made)


def _good(
    known: Certificate, wanted: Sequence[GeneralName], root: Certificate, now: datetime
) -> bool:
    """Long enough, for these names, and by this authority."""
    from cryptography import x509
    from cryptography.exceptions import InvalidSignature

    try:
        known.verify_directly_issued_by(root)
    except (ValueError, TypeError, InvalidSignature):
        return False
    names = known.extensions.get_extension_for_class(x509.SubjectAlternativeName).value
    lasting = known.not_valid_after_utc - now > timedelta(days=RENEW_DAYS)
    return lasting and set(names) == set(wanted)


def _signed(
    subject: Name,
    issuer: Name,
    key: EllipticCurvePrivateKey,
    by: EllipticCurvePrivateKey,
    now: datetime,
    days: int,
    *extensions: tuple[ExtensionType, bool],
) -> Certificate:
    from cryptography import x509
    from cryptography.hazmat.primitives import hashes

    builder = (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(issuer)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - SKEW)
        .not_valid_after(now + timedelta(days=days))
    )
    for extension, critical in extensions:
        builder = builder.add_extension(extension, critical)
    return builder.sign(by, hashes.SHA256())


def _subject(name: str) -> Name:
    from cryptography import x509
    from cryptography.x509.oid import NameOID

    return x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)])


def _called(host: str) -> GeneralName:
    from cryptography import x509

    try:
        return x509.IPAddress(ip_address(host))
    except ValueError:
        return x509.DNSName(host)


def _pem(certificate: Certificate) -> bytes:
    from cryptography.hazmat.primitives.serialization import Encoding

    return certificate.public_bytes(Encoding.PEM)


def _private(key: EllipticCurvePrivateKey) -> bytes:
    from cryptography.hazmat.primitives.serialization import (
        Encoding,
        NoEncryption,
        PrivateFormat,
    )

    return key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())


def _write(file: Path, content: bytes, mode: int) -> None:
    """Never for a moment with more rights than *mode*."""
    fresh = file.with_name(f"{file.name}.new")
    fresh.unlink(missing_ok=True)
    fresh.touch(mode)
    fresh.chmod(mode)  # whatever the umask
    fresh.write_bytes(content)
    fresh.replace(file)


def _issued(
    name: str, state: Literal["made", "renewed", "kept"], certificate: Certificate
) -> Issued:
    return Issued(name=name, state=state, until=certificate.not_valid_after_utc)
