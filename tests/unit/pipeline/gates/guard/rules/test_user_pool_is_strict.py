"""Who signs in proves it as well as before: password, second factor, recovery, and the checks of our own."""

import pytest

from pipeline.gates.guard.assembly import Assembly
from tests.unit.pipeline.gates.guard.templates import Change, Template, edited, first, found, look, new_in, release

RULE = "user_pool_is_strict"


def pool(document: Template) -> Template:
    return first(document, "Cognito::UserPool")["Properties"]


def password(document: Template) -> Template:
    return pool(document)["Policies"]["PasswordPolicy"]


def short(document: Template) -> None:
    password(document)["MinimumLength"] = 6


def of_few_kinds(document: Template) -> None:
    password(document)["RequireSymbols"] = False


def no_policy(document: Template) -> None:
    del pool(document)["Policies"]


def no_second_factor(document: Template) -> None:
    pool(document)["MfaConfiguration"] = "OFF"


def second_factor_unsaid(document: Template) -> None:
    del pool(document)["MfaConfiguration"]


def second_factor_by_text(document: Template) -> None:
    pool(document)["EnabledMfas"] = ["SMS_MFA"]


def a_month_for_the_first(document: Template) -> None:
    password(document)["TemporaryPasswordValidityDays"] = 30


@pytest.mark.parametrize(
    ("change", "words"),
    [
        (short, "may have 6 characters"),
        (of_few_kinds, "RequireSymbols is false"),
        (no_policy, "may have null characters"),
        (no_second_factor, "no second factor is asked for: OFF"),
        (second_factor_unsaid, "no second factor"),
        (second_factor_by_text, "can be taken over"),
        (a_month_for_the_first, "good for 30 days"),
    ],
)
@pytest.mark.parametrize("stage", ["beta", "prod"])
def test_a_pool_that_asks_for_little_is_told(real: Assembly, stage: str, change: Change, words: str) -> None:
    told = found(RULE, release(edited(real, f"{stage}/orders", change)))
    assert any(words in each.what for each in told)
    assert {each.where.split(":")[0] for each in told} == {f"{stage}/orders"}


def passwords_again(document: Template) -> None:
    del password(document)["PasswordHistorySize"]


def a_week_for_the_first(document: Template) -> None:
    password(document)["TemporaryPasswordValidityDays"] = 7


def lesser_tier(document: Template) -> None:
    pool(document)["UserPoolTier"] = "LITE"


def no_check_of_ours(document: Template) -> None:
    del pool(document)["LambdaConfig"]["PreAuthentication"]


def no_token_of_ours(document: Template) -> None:
    del pool(document)["LambdaConfig"]["PreTokenGenerationConfig"]


def tokens_of_the_first_version(document: Template) -> None:
    pool(document)["LambdaConfig"]["PreTokenGenerationConfig"]["LambdaVersion"] = "V1_0"


def tokens_by_another(document: Template) -> None:
    pool(document)["LambdaConfig"]["PreTokenGenerationConfig"]["LambdaArn"] = {"Ref": "OrdersLive"}


def nobody_hears_of_sign_up(document: Template) -> None:
    del pool(document)["LambdaConfig"]["PostConfirmation"]


def asks_before_sign_up(document: Template) -> None:
    triggers = pool(document)["LambdaConfig"]
    triggers["PreSignUp"] = triggers["PreAuthentication"]


def lets_in_by_answers_of_ours(document: Template) -> None:
    triggers = pool(document)["LambdaConfig"]
    triggers["VerifyAuthChallengeResponse"] = triggers["PreAuthentication"]


def writes_its_letters(document: Template) -> None:
    triggers = pool(document)["LambdaConfig"]
    triggers["CustomMessage"] = triggers["PostAuthentication"] = triggers["PreAuthentication"]


def no_trigger(document: Template) -> None:
    del pool(document)["LambdaConfig"]


def remembering(**settings: bool) -> Change:
    return lambda document: pool(document).update({"DeviceConfiguration": settings})


def unverified(document: Template) -> None:
    del pool(document)["AutoVerifiedAttributes"]


def by_telephone(document: Template) -> None:
    ways = pool(document)["AccountRecoverySetting"]["RecoveryMechanisms"]
    ways.append({"Name": "verified_phone_number", "Priority": 2})


def as_aws_likes(document: Template) -> None:
    del pool(document)["AccountRecoverySetting"]


@pytest.mark.parametrize(
    ("change", "words"),
    [
        (passwords_again, "PasswordHistorySize was 12, is nothing"),
        (a_week_for_the_first, "TemporaryPasswordValidityDays was 1, is 7"),
        (lesser_tier, "UserPoolTier was ESSENTIALS, is LITE"),
        (no_check_of_ours, "PreAuthentication was"),
        (no_token_of_ours, "PreTokenGenerationConfig was"),
        (tokens_of_the_first_version, "PreTokenGenerationConfig was"),
        (tokens_by_another, "PreTokenGenerationConfig was"),
        (nobody_hears_of_sign_up, "PostConfirmation was ${IdentityLive1CFBF32B}, is nothing"),
        (no_trigger, "PostConfirmation was"),
        (asks_before_sign_up, "or that they proved it, where AWS did in the base: PreSignUp"),
        (lets_in_by_answers_of_ours, "VerifyAuthChallengeResponse"),
        (remembering(ChallengeRequiredOnNewDevice=True), "needs no second factor"),
        (remembering(ChallengeRequiredOnNewDevice=True, DeviceOnlyRememberedOnUserPrompt=True), "no second factor"),
        (remembering(ChallengeRequiredOnNewDevice=False), "devices are remembered"),
        (unverified, "AutoVerifiedAttributes was email, is nothing"),
        (by_telephone, "by verified_phone_number now"),
        (as_aws_likes, "left to AWS"),
    ],
)
def test_a_pool_that_asks_for_less_is_told(real: Assembly, change: Change, words: str) -> None:
    assert any(words in each.what for each in new_in(RULE, real, change))


def test_a_trigger_that_decides_nothing_is_welcome_and_one_that_decided_stays(real: Assembly) -> None:
    assert new_in(RULE, real, writes_its_letters) == ()
    decides = edited(real, "prod/orders", asks_before_sign_up)
    assert found(RULE, release(decides, decides)) == ()
    assert found(RULE, release(decides)) == ()


def stricter(document: Template) -> None:
    password(document)["MinimumLength"] = 16
    told = pool(document)
    told |= {
        "MfaConfiguration": "ON",
        "UserPoolTier": "PLUS",
        "UserPoolAddOns": {"AdvancedSecurityMode": "ENFORCED"},
        "AdminCreateUserConfig": {"AllowAdminCreateUserOnly": True},
    }


def test_a_stricter_pool_is_welcome_and_stays_so(real: Assembly) -> None:
    strict = edited(real, "prod/orders", stricter)
    assert found(RULE, release(strict, real)) == ()
    told = " ".join(each.what for each in found(RULE, release(real, strict)))
    for words in ("MinimumLength was 16", "MfaConfiguration was ON", "was ENFORCED", "anybody signs up"):
        assert words in told


def test_a_pool_that_remembers_devices_goes_on_and_asks_more_at_will(real: Assembly) -> None:
    challenged = remembering(ChallengeRequiredOnNewDevice=True, DeviceOnlyRememberedOnUserPrompt=True)
    known = edited(real, "prod/orders", challenged)
    assert found(RULE, release(known, known)) == ()
    assert (
        found(RULE, release(edited(real, "prod/orders", remembering(ChallengeRequiredOnNewDevice=False)), known)) == ()
    )
    assert found(RULE, release(real, known)) == ()
    (told,) = found(RULE, release(edited(real, "prod/orders", remembering(ChallengeRequiredOnNewDevice=True)), known))
    assert "every device is remembered" in told.what


def test_the_release_as_it_is_is_strict(real: Assembly) -> None:
    part = look(RULE, release(real, real))
    assert (part.checked, part.findings) == (3, ())
