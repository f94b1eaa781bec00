//! Refusals of robots and of the tools that set them up.

jeton_model::refusals! {
    /// No app key, or one that is not configured (`docs/contracts/vector.md` section 7, status codes).
    ROBOT_APP_KEY {
        id: "robot_app_key", class: Unauthenticated,
        text: "the app key is missing or unknown",
        advice: "Send anki-app-key (over HTTP Anki-App-Key) with a key that is listed in vector.app_keys or shipped with Jeton.",
    }

    /// The app key may not do this.
    ROBOT_APP_SCOPE {
        id: "robot_app_scope", class: Forbidden,
        text: "the app key has none of the scopes that this call needs",
        advice: "Give the app key the scope of the call in vector.app_keys: service lists and revokes tokens, admin revokes certificates.",
    }

    /// No session, or one that is unknown, ended or nobody's.
    ROBOT_SESSION {
        id: "robot_session", class: Unauthenticated,
        text: "the account session is missing or not valid",
        advice: "Sign in again with POST /1/sessions, or send a token that is listed in vector.session_tokens.",
    }

    /// No certificate, or one that proves no robot.
    ROBOT_CERTIFICATE {
        id: "robot_certificate", class: Unauthenticated,
        text: "the robot's certificate {why}",
        advice: "Robots must show their factory certificate in the TLS handshake; vector.client_ca names the authorities that may have signed it.",
    }

    /// Another key than the one that was pinned at the first association.
    ROBOT_KEY_CHANGED {
        id: "robot_key_changed", class: Unauthenticated,
        text: "this robot was known by another key",
        advice: "If the robot's factory certificate was really replaced, release the robot: jeton vector release NAME.",
    }

    /// Its factory certificate was revoked.
    ROBOT_BANNED {
        id: "robot_banned", class: Forbidden,
        text: "the robot's certificate was revoked",
        advice: "RevokeFactoryCertificate barred this robot. To let it in again: jeton vector unban NAME --reason WHY.",
    }

    /// An administrator's change would have no effect on a robot whose factory certificate was revoked.
    ROBOT_STILL_BANNED {
        id: "robot_still_banned", class: Conflict,
        text: "the robot's certificate was revoked: it cannot be {done}",
        advice: "Let the robot in again first: jeton vector unban NAME --reason WHY.",
    }

    /// There is nothing to undo: the robot's factory certificate is not revoked.
    ROBOT_NOT_BANNED {
        id: "robot_not_banned", class: Conflict,
        text: "the robot's certificate is not revoked",
        advice: "Nothing is to be undone: jeton vector robots says which robots are enabled.",
    }

    /// A suspension covers the robot's JWT or the account session. Not final: it may be undone.
    ROBOT_SUSPENDED {
        id: "robot_suspended", class: Unauthenticated,
        text: "the token is suspended for now",
        advice: "An administrator suspended it: jeton token revocations shows by what; undo lets it count again.",
    }

    /// The account of the robot's owner, or of the session, is disabled. Not final: it may be enabled again.
    ROBOT_OWNER_DISABLED {
        id: "robot_owner_disabled", class: Unauthenticated,
        text: "the account is disabled for now",
        advice: "Enable the account: jeton user update NAME --enabled true. Or let the robot have another owner: jeton vector adopt NAME.",
    }

    /// The call needs the robot's JWT.
    ROBOT_JWT_MISSING {
        id: "robot_jwt_missing", class: Unauthenticated,
        text: "the robot's token is missing",
        advice: "Send the robot's JWT as anki-access-token, without Bearer.",
    }

    /// A JWT that is malformed, unknown, ended, or superseded by one that was used.
    ROBOT_JWT {
        id: "robot_jwt", class: Forbidden,
        text: "the robot's token is not valid",
        advice: "The token is not from here, was revoked, or is too old. Let an administrator open the robot to adoption, then log in from an app: jeton vector adopt NAME.",
    }

    /// The JWT is another robot's, or the document is.
    ROBOT_JWT_FOREIGN {
        id: "robot_jwt_foreign", class: Forbidden,
        text: "the token belongs to another robot",
        advice: "Each robot presents its own token with its own certificate, and reads its own documents.",
    }

    /// The session's person does not own the robot. Robots show it as "wrong account".
    ROBOT_OWNER_MISMATCH {
        id: "robot_owner_mismatch", class: Malformed,
        text: "the robot belongs to another account",
        advice: "Use the owner's account, or clear the robot's user data to give it another owner.",
    }

    /// The account owns as many robots as it may.
    ROBOT_TOO_MANY {
        id: "robot_too_many", class: Conflict,
        text: "the account owns {most} robots already, and may own no more",
        advice: "Forget robots that are gone (jeton vector forget NAME), or raise vector.robots_per_account.",
    }

    /// The second app's session is not valid.
    ROBOT_SECOND_SESSION {
        id: "robot_second_session", class: Malformed,
        text: "the user session in the request is not valid",
        advice: "Sign in again with POST /1/sessions and send the new session as user_session.",
    }

    /// Tokens cannot be searched by this.
    ROBOT_INDEX_UNKNOWN {
        id: "robot_index_unknown", class: Malformed,
        text: "search_by_index must be requestor, user or empty",
        advice: "Revoke by requestor (vic: and the serial number) or by user (the account's id).",
    }

    /// No certificate is called so.
    ROBOT_CERTIFICATE_ID {
        id: "robot_certificate_id", class: Malformed,
        text: "certificate_id must be vic: and eight lower-case hexadecimal digits",
        advice: "Name the certificate by its subject's common name.",
    }

    /// AWS credentials are not configured. A robot survives this answer, and only an error.
    ROBOT_STS_OFF {
        id: "robot_sts_off", class: Unavailable,
        text: "AWS credentials are not issued here",
        advice: "Robots ask for them to upload logs, and go on without. To issue them, set vector.aws.sts.",
    }

    /// The security token service did not give AWS credentials, or not all of them.
    ROBOT_STS_UNAVAILABLE {
        id: "robot_sts_unavailable", class: Unavailable,
        text: "the AWS security token service gave no credentials",
        advice: "Jeton's log has the cause. Check vector.aws: the URL, the region, the key and its right to the role or to federation tokens.",
    }

    /// The data of a new account is not valid.
    ROBOT_ACCOUNT_INVALID {
        id: "robot_account_invalid", class: Malformed,
        text: "{what}",
        advice: "Sign up with an e-mail address and a password of at least 8 characters.",
    }

    /// Somebody has this account.
    ROBOT_ACCOUNT_TAKEN {
        id: "robot_account_taken", class: Conflict,
        text: "there is an account of this name already",
        advice: "Sign in, or use another e-mail address.",
    }

    /// Accounts are made by administrators only.
    ROBOT_SIGN_UP_CLOSED {
        id: "robot_sign_up_closed", class: Forbidden,
        text: "new accounts are made by the administrator of this server",
        advice: "Create a user with jeton user create, or open sign-up with vector.sign_up.",
    }

    /// No mail is sent from here.
    ROBOT_RESET_UNAVAILABLE {
        id: "robot_reset_unavailable", class: Unavailable,
        text: "this server sends no mail: ask its administrator for a new password",
        advice: "An administrator sets passwords with jeton user update.",
    }
}
