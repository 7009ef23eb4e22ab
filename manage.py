"""The operator's commands put together; what each one does lies in console/."""

import typer

from console import accounts, cases, figures, upkeep
from db import collector

app = typer.Typer(
    no_args_is_help=True,
    add_completion=False,
    help="联席会议工作台的管理命令",
    callback=collector.relax,
)

app.command()(upkeep.migrate)
app.command()(upkeep.verify)
app.command("create-account")(accounts.create_account)
app.command()(accounts.demo)
app.command("import-cases")(cases.import_cases)
app.command("export")(cases.export_cases)
app.command("figures")(figures.figures)
app.command("rebuild-figures")(figures.rebuild_figures)
app.command()(upkeep.backup)
app.command()(upkeep.restore)
app.command()(upkeep.bench)

if __name__ == "__main__":
    app()
