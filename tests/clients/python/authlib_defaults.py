"""PyPI Authlib's own web client, in Flask: a metadata address, an id and a secret."""

import os
import threading
from urllib.parse import urlsplit

from authlib.integrations.flask_client import OAuth
from authlib.integrations.requests_client import OAuth2Session
from flask import Flask
from werkzeug.serving import make_server

from defaults import SCOPE, browser, runs, step, the
from person import Person

# Authlib refuses plain HTTP unless told that this is a test.
os.environ["AUTHLIB_INSECURE_TRANSPORT"] = "1"
runs("Authlib")

target = urlsplit(the["redirect_uri"])
app = Flask(__name__)
app.secret_key = "a secret of this application"
client = OAuth(app).register(
    "jeton",
    client_id=the["client_id"],
    client_secret=the["client_secret"],
    server_metadata_url=f"{the['issuer']}/.well-known/openid-configuration",
    client_kwargs={"scope": SCOPE},
)


@app.get("/login")
def login():
    """Sends the person to the server."""
    return client.authorize_redirect(the["redirect_uri"])


@app.get(target.path)
def callback():
    """Redeems the code and reads the ID token."""
    tokens = client.authorize_access_token()
    return {"tokens": tokens, "claims": tokens["userinfo"], "info": client.userinfo(token=tokens)}


server = make_server("127.0.0.1", target.port, app, threaded=True)
threading.Thread(target=server.serve_forever, daemon=True).start()
person = Person(the["username"], the["password"])

with step("code"):
    here, _ = person.authorize(f"http://{target.netloc}/login", the["redirect_uri"])
    answer = person.browser.get(here)
    assert answer.status_code == 200, answer.text
    seen = answer.json()
    assert seen["claims"]["iss"] == the["issuer"]
with step("userinfo"):
    assert seen["info"]["name"] == the["name"]

metadata = browser().get(f"{the['issuer']}/.well-known/openid-configuration").json()
oauth = OAuth2Session(the["client_id"], the["client_secret"])
oauth.trust_env = False
with step("refresh"):
    fresh = oauth.refresh_token(metadata["token_endpoint"], refresh_token=seen["tokens"]["refresh_token"])
token = fresh["access_token"]
with step("introspection"):
    assert oauth.introspect_token(metadata["introspection_endpoint"], token).json()["active"]
with step("revocation"):
    assert oauth.revoke_token(metadata["revocation_endpoint"], token).status_code == 200
    assert not oauth.introspect_token(metadata["introspection_endpoint"], token).json()["active"]
with step("client-credentials"):
    oauth.fetch_token(metadata["token_endpoint"], grant_type="client_credentials")
server.shutdown()
