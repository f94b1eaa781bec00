"""PyPI simple-openid-connect with its defaults: an issuer, an id, a secret."""

from simple_openid_connect.client import OpenidClient
from simple_openid_connect.data import RpInitiatedLogoutRequest

from defaults import SCOPE, browser, runs, step, the
from person import Person

runs("simple-openid-connect")
person = Person(the["username"], the["password"])

with step("discovery"):
    client = OpenidClient.from_issuer_url(
        the["issuer"], the["redirect_uri"], the["client_id"], the["client_secret"], SCOPE, session=browser()
    )
with step("code"):
    here, _ = person.authorize(client.authorization_code_flow.start_authentication(), the["redirect_uri"])
    tokens = client.authorization_code_flow.handle_authentication_result(here)
    assert client.decode_id_token(tokens.id_token).iss == the["issuer"]
with step("userinfo"):
    assert client.fetch_userinfo(tokens.access_token).name == the["name"]
with step("refresh"):
    fresh = client.exchange_refresh_token(tokens.refresh_token)
    assert fresh.access_token
with step("introspection"):
    assert client.introspect_token(fresh.access_token).active
with step("sign-out"):
    back = the["post_logout_redirect_uri"]
    request = RpInitiatedLogoutRequest(id_token_hint=tokens.id_token, post_logout_redirect_uri=back)
    person.authorize(client.initiate_logout(request), back)
