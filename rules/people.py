"""Who brought a matter: only what is needed to answer them, never an id number."""

from collections.abc import Sequence
from dataclasses import dataclass

from rules.errors import Problem
from rules.masking import sweep

NAME_MAX = 60
PHONE_MAX = 30
ADDRESS_MAX = 100
ID_LENGTH = 18
ANONYMOUS = "匿名"  # who left only a phone or an address


@dataclass(frozen=True, slots=True)
class Person:
    """One petitioner of one matter, in clear or masked; `address` goes down to the village."""

    name: str
    phone: str = ""
    address: str = ""
    representative: bool = False


ANONYMOUS = "匿名"


@dataclass(frozen=True, slots=True)
class PersonEdit:
    """What a form says of one petitioner; what it leaves empty is not to be changed."""

    name: str = ""
    phone: str = ""
    address: str = ""
    representative: bool = False
    removed: bool = False

    @property
    def is_empty(self) -> bool:
        """Whether nothing was typed."""
        return not (self.name.strip() or self.phone.strip() or self.address.strip())

    def person(self) -> Person:
        """The person a form names for the first time; one who gives a phone alone is 匿名."""
        return self.merged(Person(ANONYMOUS))

    def merged(self, known: Person) -> Person:
        """The person as known, with what was typed in its place."""
        return Person(
            name=self.name.strip() or known.name,
            phone=self.phone.strip() or known.phone,
            address=self.address.strip() or known.address,
            representative=self.representative,
        )


def people_problems(people: Sequence[Person], *, representatives_max: int) -> list[Problem]:
    """List what is wrong with a matter's petitioners.

    At most `representatives_max` representatives (《信访工作条例》§20); an id number typed
    into any field is refused, it is never stored.
    """
    problems = []
    for person in people:
        if not person.name.strip():
            problems.append(Problem("petitioner", "请填写信访人姓名"))
        for label, value, limit in (
            ("姓名", person.name, NAME_MAX),
            ("电话", person.phone, PHONE_MAX),
            ("住址", person.address, ADDRESS_MAX),
        ):
            if len(value) > limit:
                problems.append(Problem("petitioner", f"信访人{label}最多 {limit} 个字"))
            if len(value) >= ID_LENGTH and any(f.kind == "身份证号" for f in sweep(value)):
                problems.append(
                    Problem("petitioner", f"信访人{label}里含有身份证号，系统不保存，请删去")
                )
    representatives = sum(person.representative for person in people)
    if representatives > representatives_max:
        problems.append(
            Problem(
                "petitioner",
                f"推选的代表有 {representatives} 人，按《信访工作条例》第二十条不得超过 {representatives_max} 人",
            )
        )
    return problems
