"""A real SMTP server (aiosmtpd), with TLS and passwords when asked for."""

import email
import email.policy
import re
import ssl

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, AuthResult, LoginPassword

from support.process import free_port, wait_for


class Inbox:
    """What was delivered. `refuse`: what it answers to the recipients of the next mails instead."""

    def __init__(self):
        self.mails = []
        self.refuse = None

    async def handle_RCPT(self, server, session, envelope, address, options):
        if self.refuse:
            return self.refuse
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server, session, envelope):
        message = email.message_from_bytes(envelope.content, policy=email.policy.default)
        self.mails.append((envelope, message))
        return "250 Message accepted"

    def of(self, address):
        return [message for envelope, message in list(self.mails) if address in envelope.rcpt_tos]

    def wait(self, address, number=1):
        wait_for(lambda: len(self.of(address)) >= number, 20, says=f"{number} mails to {address}")
        return self.of(address)[-1]


class MailServer:
    def __init__(self, certificate=None, key=None, login=None, implicit_tls=False, port=None):
        self.inbox = Inbox()
        self.port = port or free_port()
        self.login = login
        context = None
        if certificate:
            context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
            context.load_cert_chain(certificate, key)
        options = {"auth_required": bool(login), "auth_require_tls": bool(login)}
        if login:
            options["authenticator"] = self.authenticate
        if context and not implicit_tls:
            options.update(tls_context=context, require_starttls=True)
        inbox = self.inbox

        class Ours(Controller):
            def factory(self):
                return SMTP(inbox, **options)

        self.controller = Ours(
            inbox, hostname="127.0.0.1", port=self.port, ssl_context=context if implicit_tls else None
        )

    def authenticate(self, server, session, envelope, mechanism, data):
        given = isinstance(data, LoginPassword) and (data.login.decode(), data.password.decode())
        return AuthResult(success=given == self.login, handled=given == self.login)

    def start(self):
        self.controller.start()
        return self

    def stop(self):
        self.controller.stop()

    def __enter__(self):
        return self.start()

    def __exit__(self, *_):
        self.stop()


def text_of(message):
    return message.get_body(preferencelist=("plain",)).get_content()


def link_in(message):
    return re.search(r"^(https://\S+)$", text_of(message).replace("\r", ""), re.MULTILINE).group(1)


def token_in(message):
    return link_in(message).split("#token=")[1]
