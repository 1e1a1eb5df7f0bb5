"""Who is asking: accounts with passwords, and the sessions of those who signed in."""

import hashlib
import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Literal, get_args

from sqlalchemy import delete, insert, select, update
from sqlalchemy.exc import IntegrityError

from cutaway.errors.store import AccountError, UnknownAccountError
from cutaway.store.contribution import LEFT_OUT, clean
from cutaway.store.open import Store
from cutaway.store.tables import accounts, sessions

Role = Literal["member", "moderator"]
ROLES: tuple[Role, ...] = get_args(Role)
SESSION_DAYS = 30
SHORTEST_PASSWORD = 10


@dataclass(frozen=True)
class Account:
    """A person whom the operator of a server let in."""

    id: int
    name: str
    role: Role


@dataclass(frozen=True)
class Session:
    """A browser that signed in; without an account it belongs to whoever started the server here."""

    account: Account | None

    @property
    def is_moderator(self) -> bool:
        return self.account is None or self.account.role == "moderator"


def hashed(token: str) -> str:
    """What the store keeps of a secret token: enough to know it again, not enough to use it."""
    return hashlib.sha256(token.encode()).hexdigest()


def add_account(store: Store, name: str, password: str, *, role: Role) -> None:
    """Make an account.

    Raises: AccountError if the name is taken or empty, or the password too short.
    """
    asked, name = name, clean(name, lines=False)
    if LEFT_OUT in name:
        raise AccountError(asked, "a name is shown to everybody, and this is an e-mail address", "Choose another.")
    if not 1 <= len(name) <= 80:
        raise AccountError(name, "a name has 1 to 80 characters", "Choose another.")
    try:
        with store.write() as db:
            values = {"name": name, "role": role, "password": hash_password(name, password), "created": store.clock()}
            db.execute(insert(accounts).values(values))
    except IntegrityError as fault:
        raise AccountError(
            name, "the name is taken", f"Another name, or a new password: cutaway store account '{name}'"
        ) from fault


def change_account(store: Store, name: str, *, password: str | None = None, role: Role | None = None) -> None:
    """Give an account a new password (which ends its sessions), or another role.

    Raises: UnknownAccountError; AccountError if the password is too short.
    """
    values = {"role": role, "password": password and hash_password(name, password)}
    with store.write() as db:
        found = db.execute(select(accounts.c.id).where(accounts.c.name == name)).scalar()
        if found is None:
            raise UnknownAccountError(name, db.execute(select(accounts.c.name)).scalars().all())
        db.execute(update(accounts).where(accounts.c.id == found).values({k: v for k, v in values.items() if v}))
        if password:
            db.execute(delete(sessions).where(sessions.c.account == found))


def remove_account(store: Store, name: str) -> None:
    """Remove an account and its sessions; what it wrote stays.

    Raises: UnknownAccountError.
    """
    with store.write() as db:
        if not db.execute(delete(accounts).where(accounts.c.name == name)).rowcount:
            raise UnknownAccountError(name, db.execute(select(accounts.c.name)).scalars().all())


def all_accounts(store: Store) -> list[tuple[Account, datetime]]:
    """Every account, and since when."""
    with store.read() as db:
        rows = db.execute(select(accounts).order_by(accounts.c.name)).mappings().all()
    return [(Account(row["id"], row["name"], row["role"]), row["created"]) for row in rows]


def sign_in(store: Store, name: str, password: str, *, mode: str) -> str | None:
    """The token of a new session, or `None`; a wrong name takes as long as a wrong password.

    Cost: one argon2 hash, about 50 ms and 64 MB, on purpose.
    """
    from argon2 import PasswordHasher
    from argon2.exceptions import VerificationError

    with store.read() as db:
        row = db.execute(select(accounts).where(accounts.c.name == name)).mappings().first()
    hasher = PasswordHasher()
    if row is None:
        hasher.hash(password)
        return None
    try:
        hasher.verify(row["password"], password)
    except VerificationError:
        return None
    return open_session(store, mode=mode, account=row["id"])


def open_session(store: Store, *, mode: str, account: int | None = None) -> str:
    """Begin a session and return its token, which the store does not keep; old sessions are swept out."""
    token = secrets.token_urlsafe(32)
    at = store.clock()
    values = {"key": hashed(token), "account": account, "mode": mode, "expires": at + timedelta(days=SESSION_DAYS)}
    with store.write() as db:
        db.execute(delete(sessions).where(sessions.c.expires <= at))
        db.execute(insert(sessions).values(values))
    return token


def session_of(store: Store, token: str, *, mode: str) -> Session | None:
    """The session of a token, if it lives and was begun in the same mode."""
    joined = sessions.outerjoin(accounts, sessions.c.account == accounts.c.id)
    query = (
        select(sessions.c.account, accounts.c.name, accounts.c.role)
        .select_from(joined)
        .where(sessions.c.key == hashed(token), sessions.c.mode == mode, sessions.c.expires > store.clock())
    )
    with store.read() as db:
        row = db.execute(query).first()
    if row is None:
        return None
    return Session(Account(row.account, row.name, row.role) if row.account is not None else None)


def sign_out(store: Store, token: str) -> None:
    """End a session."""
    with store.write() as db:
        db.execute(delete(sessions).where(sessions.c.key == hashed(token)))


def hash_password(name: str, password: str) -> str:
    """An argon2 hash.

    Raises: AccountError if the password is too short.
    """
    from argon2 import PasswordHasher

    if len(password) < SHORTEST_PASSWORD:
        raise AccountError(name, f"a password has at least {SHORTEST_PASSWORD} characters", "Several words do well.")
    return PasswordHasher().hash(password)
