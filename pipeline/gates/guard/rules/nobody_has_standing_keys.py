"""No template makes a person or a machine that signs in by a password or key that stands somewhere."""

from collections.abc import Iterator

from pipeline.gates.guard.resource import Resource
from pipeline.gates.guard.rule import About, Looked, Note, Wrong, looked
from pipeline.gates.guard.subject import Subject

ABOUT = About(
    kind="iam",
    what="No template makes IAM users, access keys, users of the pool, their groups, or API keys with a value",
    why="a key that is written down is good until somebody remembers it, for whoever reads the template",
    fix="let roles be taken on; let people sign up, and operators give them their groups",
    models="CWE-798: a back door left in a template: a user, an access key, an operator of the pool",
    needs="nothing",
)
USER, KEY = "AWS::IAM::User", "AWS::IAM::AccessKey"
POOL_USER, IN_GROUP = "AWS::Cognito::UserPoolUser", "AWS::Cognito::UserPoolUserToGroupAttachment"
API_KEY, GROUP = "AWS::ApiGateway::ApiKey", "AWS::Cognito::UserPoolGroup"
TOLD = {
    USER: "it makes an IAM user, whose keys hold for ever",
    KEY: "it makes an access key, which stands in the stack's outputs or nowhere",
    POOL_USER: "it makes a user of the pool, who has not signed up",
    IN_GROUP: "it puts somebody into a group of the pool",
}


def look(subject: Subject) -> Iterator[Looked]:
    """Each such thing, and each group of the pool."""
    for thing in subject.of_candidate(*TOLD, API_KEY, GROUP):
        old = subject.before(thing)
        yield looked(thing, _wrong(old, thing), _note(subject, old, thing))


def _wrong(old: Resource | None, thing: Resource) -> Wrong | None:
    if thing.type in TOLD:
        return Wrong(TOLD[thing.type])
    if thing.type == API_KEY and thing.at("Value") is not None:
        return Wrong("the key's value stands in the template", "Value")
    if thing.type == GROUP and thing.at("RoleArn") is not None and (old is None or old.at("RoleArn") is None):
        return Wrong("whoever is in the group gets a role of AWS's", "RoleArn")
    return None


def _note(subject: Subject, old: Resource | None, thing: Resource) -> Note | None:
    return Note(f"{thing.type} is new") if thing.type in (API_KEY, GROUP) and subject.base and old is None else None
