"""What is shipped and what we build with: licences, and the bill of materials of each, beside the verdict.

`delivered.cdx.json` is what the functions' zips hold, measured, and `tools.cdx.json` is all other locks. What is in the
zips must be what `locks/lambda.txt` says: a package more, or in another version, was locked by nobody.
"""

from collections.abc import Iterator

from pipeline.gates.context import Context, GateBroke
from pipeline.gates.dependencies import licences
from pipeline.gates.dependencies.bill import bill
from pipeline.gates.dependencies.locked import Locked
from pipeline.gates.part import Part
from pipeline.gates.tools.locks import FOLDER, NEEDED, read_locks
from pipeline.gates.tools.packages import Zip, applies_here, installed, zips_of
from pipeline.gates.tools.templates import templates_of
from pipeline.plan.delivery import DELIVERY
from pipeline.record.verdict import Finding

DELIVERED, TOOLS = "delivered.cdx.json", "tools.cdx.json"
FUNCTION = '"AWS::Lambda::Function"'
SHIPPED = f"{FOLDER}/lambda.txt"
_BUILD_AGAIN = "synthesize again; if it stays, somebody put it there"


def check(context: Context) -> Part:
    """Every locked package and every zip; `checked` counts packages. Writes both bills into the gate's folder."""
    locked, _ = read_locks(context.root)
    if not locked:
        return Part("materials", 0, "packages")
    zips = zips_of(context)
    if not zips and any(FUNCTION in path.read_text() for path in templates_of(context)):
        raise GateBroke("the assembly has functions and none of their zips: nobody knows what would be shipped")
    delivered = tuple(one for one in locked if _is_of(one, "lambda"))
    tools = tuple(one for one in locked if not _is_of(one, "lambda"))
    known = {**installed(context), **{one.pin: one.licence for one in locked if one.licence}}
    for each in zips:
        known |= each.packages
    name = DELIVERY.name
    files = [each.file for each in zips]
    (context.out / DELIVERED).write_text(bill(name, context.today, delivered, known, files))
    (context.out / TOOLS).write_text(bill(f"{name}-tools", context.today, tools, known))
    here = [one for one in applies_here(locked) if one.version and _is_of(one, *NEEDED, "package-lock")]
    once = {one.pin: one for one in here}
    taken = licences.taken_in(licences.FILE.read_text())
    found = (*licences.refused(once.values(), known, taken), *as_locked(zips, delivered))
    return Part("materials", len(once), "packages", found)


def as_locked(zips: tuple[Zip, ...], delivered: tuple[Locked, ...]) -> Iterator[Finding]:
    """Packages in a zip that the lock does not have, and packages of the lock that are in no zip."""
    pins = {one.pin for one in delivered if one.version}
    for each in zips:
        for pin in sorted(each.packages.keys() - pins):
            yield Finding(each.file.name, f"BILL holds {pin}, which {SHIPPED} does not have", _BUILD_AGAIN, "high")
    shipped = {pin for each in zips for pin in each.packages}
    for one in delivered if zips else ():
        if one.version and one.pin not in shipped:
            yield Finding(one.where, f"BILL {one.pin} is locked, and in no zip", _BUILD_AGAIN, "high")


def _is_of(one: Locked, *names: str) -> bool:
    return any(one.where.startswith((f"{FOLDER}/{name}.txt:", f"{name}.json:")) for name in names)
