"""What ACME clients cannot do, and how we would notice that they have learnt it."""

import dataclasses
import importlib.util
import pathlib
import re
import subprocess
import sys
import tempfile

ACME_OF_DEBIAN = "/usr/lib/python3/dist-packages/acme"
CERTBOT_OF_DEBIAN = "/usr/lib/python3/dist-packages/certbot"
GO_ACME = "/usr/share/gocode/src/golang.org/x/crypto/acme"
MOD_MD = "/usr/lib/apache2/modules/mod_md.so"


@dataclasses.dataclass(frozen=True)
class Lack:
    """`holds` says whether the lack is still there; None when a test of its own, marked `lack`, shows it."""

    reason: str
    holds: object = None


def output(*command):
    done = subprocess.run(
        command, capture_output=True, text=True, stdin=subprocess.DEVNULL, timeout=60, errors="replace"
    )
    return done.stdout + done.stderr


def silent(pattern, *command):
    """The command says something, and this is not in it."""

    def holds():
        said = output(*command)
        return len(said) > 100 and not re.search(pattern, said, re.IGNORECASE)

    return holds


def files_below(path):
    path = pathlib.Path(path)
    return [path] if path.is_file() else [each for each in path.rglob("*") if each.suffix in (".py", ".go")]


def absent(pattern, *paths):
    """No file at or below the paths has it; there are files."""

    def holds():
        files = [file for path in paths for file in files_below(path)]
        return bool(files) and not any(
            re.search(pattern.encode(), file.read_bytes(), re.IGNORECASE) for file in files
        )

    return holds


def caddy_refuses_profiles():
    with tempfile.NamedTemporaryFile("w", suffix=".caddy") as file:
        file.write("a.example {\n tls {\n  issuer acme {\n   profile x\n  }\n }\n}\n")
        file.flush()
        said = output("caddy", "adapt", "--adapter", "caddyfile", "--config", file.name)
    return "unrecognized ACME issuer property: profile" in said


def package(name):
    return pathlib.Path(importlib.util.find_spec(name).origin).parent


OF_DNS = "It orders `127.0.0.1` as an identifier of type `dns`, which we refuse."
NO_OPTION = "It has no command and no option for it"
NO_ARI = "It does not know renewal information; {}"
OLD = "the package of Debian 12 is older than RFC 9773."
CADDY = ["caddy", "help"]
CERTBOT_HELP = ["certbot", "--help", "all"]


def newest_certbot(*arguments):
    return [str(pathlib.Path(sys.executable).parent / "certbot"), *arguments]


LACKS = {
    # certbot
    ("certbot", "tls-alpn-01"): Lack(
        "None of its plugins answers it; the manual one cannot either.",
        absent("TLSALPN01.{0,3}$|return .*TLSALPN01", CERTBOT_OF_DEBIAN + "/_internal/plugins"),
    ),
    ("certbot", "IP"): Lack(
        "`-d 127.0.0.1` is refused by the client itself; `--ip-address` came with certbot 5.3.",
        silent("--ip-address", *CERTBOT_HELP),
    ),
    ("certbot", "key change"): Lack(NO_OPTION + ".", silent("key-?change|rollover", *CERTBOT_HELP)),
    ("certbot", "ARI"): Lack(
        NO_ARI.format("it came with certbot 4.1."),
        absent("renewal_time|renewalInfo", ACME_OF_DEBIAN, CERTBOT_OF_DEBIAN),
    ),
    ("certbot", "profile"): Lack(
        "`--required-profile` came with certbot 4.0.", silent("required-profile", *CERTBOT_HELP)
    ),
    ("certbot (PyPI)", "tls-alpn-01"): Lack(
        "No plugin of certbot answers it: `--preferred-challenges tls-alpn-01` is refused.",
        lambda: "Unrecognized challenges: tls-alpn-01"
        in output(*newest_certbot("certonly", "--preferred-challenges", "tls-alpn-01")),
    ),
    ("certbot (PyPI)", "key change"): Lack(
        NO_OPTION + ".", lambda: silent("key-?change|rollover", *newest_certbot("--help", "all"))()
    ),
    # lego
    ("lego", "IP"): Lack(OF_DNS),
    ("lego", "key change"): Lack(NO_OPTION + ".", silent("key-?change|rollover", "lego", "--help")),
    ("lego", "ARI"): Lack(NO_ARI.format(OLD), absent("renewalInfo", "/usr/bin/lego")),
    ("lego", "profile"): Lack(NO_OPTION + ".", silent("--profile", "lego", "run", "--help")),
    # uacme
    ("uacme", "ARI"): Lack(NO_ARI.format(OLD), absent("renewalInfo", "/usr/bin/uacme")),
    ("uacme", "profile"): Lack(NO_OPTION + ".", silent("profile", "uacme", "--help")),
    # dehydrated
    ("dehydrated", "IP"): Lack(
        "It orders identifiers of type `dns` alone.", absent('"ip"|type.{1,8}ip\\\\b', "/usr/bin/dehydrated")
    ),
    ("dehydrated", "key change"): Lack(NO_OPTION + ".", absent("keyChange|key-change", "/usr/bin/dehydrated")),
    ("dehydrated", "ARI"): Lack(NO_ARI.format(OLD), absent("renewalInfo", "/usr/bin/dehydrated")),
    ("dehydrated", "profile"): Lack(NO_OPTION + ".", absent("profile", "/usr/bin/dehydrated")),
    # acme-tiny: 200 lines on purpose, http-01 and nothing else.
    **{
        ("acme-tiny", feature): Lack(reason, absent(pattern, "/usr/bin/acme-tiny"))
        for feature, pattern, reason in (
            ("dns-01", "dns-01", "http-01 is all it answers, on purpose."),
            ("tls-alpn-01", "tls-alpn", "http-01 is all it answers, on purpose."),
            ("EAB", "externalAccount", "It registers without a binding."),
            ("wildcard", "dns-01", "A wildcard takes dns-01."),
            ("IP", '"ip"', "It orders identifiers of type `dns` alone."),
            ("key change", "keyChange", NO_OPTION + "."),
            ("revoke", "revokeCert", NO_OPTION + "; the test revokes with its account's key."),
            ("ARI", "renewalInfo", "It renews whenever it is run."),
            ("profile", "profile", NO_OPTION + "."),
        )
    },
    # acmetool
    ("acmetool", "tls-alpn-01"): Lack(
        "It answers http-01, and dns-01 through a hook.", absent("tls-alpn", "/usr/bin/acmetool")
    ),
    ("acmetool", "EAB"): Lack(
        "It registers without a binding.", absent("externalAccountBinding", "/usr/bin/acmetool")
    ),
    ("acmetool", "IP"): Lack(OF_DNS),
    ("acmetool", "key change"): Lack(NO_OPTION + ".", silent("key-?change|rollover", "acmetool", "--help")),
    ("acmetool", "revoke"): Lack(
        "`acmetool revoke` notes the wish in its state directory, and never asks the server."
    ),
    ("acmetool", "ARI"): Lack(NO_ARI.format("its last release is older than RFC 9773."), absent("renewalInfo", "/usr/bin/acmetool")),
    ("acmetool", "profile"): Lack(NO_OPTION + ".", silent("--profile", "acmetool", "--help")),
    # Caddy
    ("Caddy", "dns-01"): Lack(
        "DNS providers are modules that are compiled in; Debian's Caddy has none.",
        silent("dns\\.providers", "caddy", "list-modules"),
    ),
    ("Caddy", "wildcard"): Lack(
        "A wildcard takes dns-01, and Debian's Caddy has no DNS provider.",
        silent("dns\\.providers", "caddy", "list-modules"),
    ),
    ("Caddy", "key change"): Lack(NO_OPTION + ".", silent("key-?change|rollover", *CADDY)),
    ("Caddy", "revoke"): Lack(NO_OPTION + ".", silent("revoke", *CADDY)),
    ("Caddy", "ARI"): Lack(NO_ARI.format(OLD), absent("renewalInfo", "/usr/bin/caddy")),
    ("Caddy", "profile"): Lack(
        "Its issuer has no property for it.", caddy_refuses_profiles
    ),
    # mod_md
    ("mod_md", "IP"): Lack(OF_DNS),
    ("mod_md", "key change"): Lack("It has no directive for it.", absent("MDKeyChange|MDAccountKey", MOD_MD)),
    ("mod_md", "revoke"): Lack("It has no directive for it.", absent("MDRevoke", MOD_MD)),
    # Libraries
    ("Go", "ARI"): Lack(NO_ARI.format(OLD), absent("renewalInfo", GO_ACME)),
    ("Go", "profile"): Lack("Orders have no such option.", absent('json:"profile', GO_ACME)),
    ("Python acme (Debian)", "tls-alpn-01"): Lack(
        "Its certificate has the identifier of a draft, 1.3.6.1.5.5.7.1.30.1, in place of RFC 8737's 1.3.6.1.5.5.7.1.31.",
    ),
    ("Python acme (Debian)", "key change"): Lack("It has no method for it.", absent("key_?change", ACME_OF_DEBIAN)),
    ("Python acme (Debian)", "ARI"): Lack(
        NO_ARI.format("it came with acme 4.1."), absent("renewal_?(time|info)", ACME_OF_DEBIAN)
    ),
    ("Python acme (Debian)", "profile"): Lack("It came with acme 4.0.", absent("profile", ACME_OF_DEBIAN)),
    ("Python acme", "tls-alpn-01"): Lack(
        "Deprecated with 4.1, and gone.", lambda: absent("TLSALPN01", package("acme"))()
    ),
    ("Python acme", "key change"): Lack("It has no method for it.", lambda: absent("key_?change", package("acme"))()),
}  # fmt: skip
