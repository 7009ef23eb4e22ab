"""Accounts made by command, and the made-up county."""

from tests.console.conftest import Run


def test_an_account_a_demo_and_a_verified_chain(manage: Run) -> None:
    made = manage(
        "create-account",
        "系统员",
        "--role",
        "admin",
        "--password-stdin",
        given="一句足够长的好记口令\n",
    )
    demo = manage("demo", "--cases", "120")
    again = manage("demo", "--cases", "120")
    verified = manage("verify")

    assert "已建立账号" in made.stdout
    assert "120 件案件" in demo.stdout
    assert "只能装入空的登记簿" in again.stderr
    assert "审计链完整" in verified.stdout
