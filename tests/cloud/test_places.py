"""Where the service and its users are."""

import pytest

from recamera_gitops.cloud import ACCOUNTS, PRODUCTION, TEST, accounts_of


@pytest.mark.parametrize("cloud", [PRODUCTION, TEST, f"{TEST}/"])
def test_the_users_of_seeed_are_with_seeed(cloud):
    assert accounts_of(cloud) == ACCOUNTS


def test_a_token_for_another_service_goes_to_nobody_else():
    assert accounts_of("https://convert.example.com") == "https://convert.example.com"
