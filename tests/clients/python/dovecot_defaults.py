"""Debian's Dovecot: an IMAP server whose passwords are access tokens, which it asks Jeton about.

It finds out whose a token is by the member `email`, as it does when nothing else is said.
"""

import getpass
import imaplib
import os
import pathlib
import re
import shutil
import socket
import subprocess
import tempfile
import time
from urllib.parse import quote

from requests_oauth2client import ClientSecretBasic, OAuth2Client

from defaults import browser, step, the
from person import Person

USER = "alice@example.com"
CONFIGURATION = """
base_dir = {folder}/run
state_dir = {folder}/state
log_path = {folder}/log
protocols = imap
listen = 127.0.0.1
ssl = no
disable_plaintext_auth = no
auth_mechanisms = xoauth2 oauthbearer
auth_failure_delay = 0
default_login_user = {user}
default_internal_user = {user}
default_internal_group = {group}
mail_location = maildir:{folder}/mail
passdb {{
  driver = oauth2
  mechanisms = xoauth2 oauthbearer
  args = {folder}/oauth2.conf
}}
userdb {{
  driver = static
  args = uid={uid} gid={gid} home={folder}/mail
}}
service anvil {{
  chroot =
}}
service imap-login {{
  chroot =
  inet_listener imap {{
    port = {port}
  }}
  inet_listener imaps {{
    port = 0
  }}
}}
"""
OAUTH2 = """
introspection_url = {address}
introspection_mode = post
active_attribute = active
active_value = true
"""


def free_port():
    """A port on which nobody listens now."""
    with socket.create_server(("127.0.0.1", 0)) as listener:
        return listener.getsockname()[1]


def log_in(port, mechanism, token):
    """Opens the mailbox with a token for a password; waits until the server listens."""
    head = f"user={USER}" if mechanism == "XOAUTH2" else f"n,a={USER},"
    while True:
        try:
            mail = imaplib.IMAP4("127.0.0.1", port)
            break
        except ConnectionRefusedError:
            assert server.poll() is None, "dovecot has ended"
            time.sleep(0.02)
    mail.authenticate(mechanism, lambda _: f"{head}\x01auth=Bearer {token}\x01\x01".encode())
    assert mail.select()[0] == "OK"
    mail.logout()


dovecot = shutil.which("dovecot") or "/usr/sbin/dovecot"
said = subprocess.run([dovecot, "--version"], check=True, capture_output=True, text=True).stdout
version = re.match(r"[0-9.]+", said).group()
print(f"version {version}", flush=True)
assert version.startswith("2.3."), f"this is the configuration of Dovecot 2.3; {version} is configured otherwise"

client = OAuth2Client.from_discovery_endpoint(
    issuer=the["issuer"],
    auth=ClientSecretBasic(the["client_id"], the["client_secret"]),
    redirect_uri=the["redirect_uri"],
    session=browser(),
    testing=True,
)
request = client.authorization_request(scope="openid email")
here, _ = Person(the["username"], the["password"]).authorize(str(request), the["redirect_uri"])
token = client.authorization_code(request.validate_callback(here))

is_root = os.getuid() == 0
with tempfile.TemporaryDirectory(prefix="jeton-dovecot-") as name:
    folder, port = pathlib.Path(name), free_port()
    folder.chmod(0o755)
    mail = folder / "mail"
    mail.mkdir()
    # As root, it serves as somebody who owns nothing here.
    uid, gid = (65534, 65534) if is_root else (os.getuid(), os.getgid())
    group = "nogroup" if is_root else str(gid)
    os.chown(mail, uid, gid)
    user = "nobody" if is_root else getpass.getuser()
    text = CONFIGURATION.format(folder=folder, port=port, user=user, group=group, uid=uid, gid=gid)
    (folder / "dovecot.conf").write_text(text)
    own = f"//{quote(the['client_id'], safe='')}:{quote(the['client_secret'], safe='')}@"
    address = client.introspection_endpoint.replace("//", own, 1)
    (folder / "oauth2.conf").write_text(OAUTH2.format(address=address))
    server = subprocess.Popen([dovecot, "-F", "-c", folder / "dovecot.conf"])
    try:
        with step("xoauth2"):
            log_in(port, "XOAUTH2", token)
        with step("oauthbearer"):
            log_in(port, "OAUTHBEARER", token)
        with step("revoked-token-refused"):
            assert client.revoke_access_token(token)
            try:
                log_in(port, "XOAUTH2", token)
            except imaplib.IMAP4.error:
                pass
            else:
                raise AssertionError("it logs in")
    except BaseException:
        print((folder / "log").read_text())
        raise
    finally:
        server.terminate()
        server.wait()
