"""PyPI requests-oauth2client with its defaults: an issuer, an id, a secret. `testing` is what it takes for plain HTTP."""

from requests_oauth2client import OAuth2Client

from defaults import SCOPE, browser, runs, step, the
from person import Person

runs("requests-oauth2client")

with step("discovery"):
    client = OAuth2Client.from_discovery_endpoint(
        issuer=the["issuer"],
        client_id=the["client_id"],
        client_secret=the["client_secret"],
        redirect_uri=the["redirect_uri"],
        session=browser(),
        testing=True,
    )
with step("code"):
    request = client.authorization_request(scope=SCOPE)
    here, _ = Person(the["username"], the["password"]).authorize(str(request), the["redirect_uri"])
    # Checks `state` and `iss`, and with them the ID token.
    tokens = client.authorization_code(request.validate_callback(here))
    assert tokens.id_token.issuer == the["issuer"]
with step("userinfo"):
    assert client.userinfo(tokens)["name"] == the["name"]
with step("refresh"):
    fresh = client.refresh_token(tokens)
with step("introspection"):
    assert client.introspect_token(fresh)["active"]
with step("revocation"):
    assert client.revoke_access_token(fresh)
    assert not client.introspect_token(fresh)["active"]
with step("client-credentials"):
    client.client_credentials()
