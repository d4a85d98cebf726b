"""Addresses of sign-in, people, employers and mail."""

from allauth.account import views as allauth
from django.urls import path

from accounts.views import health, joining, kept, keys, mail, me, people, persons, signing

urlpatterns = [
    path("sign-in", allauth.login, name="account_login"),
    path("sign-out", signing.sign_out, name="account_logout"),
    path("account/closed", allauth.account_inactive, name="account_inactive"),
    path("password/reset", allauth.password_reset, name="account_reset_password"),
    path("password/reset/sent", allauth.password_reset_done, name="account_reset_password_done"),
    path("password/reset/done", allauth.password_reset_from_key_done, name="account_reset_password_from_key_done"),
    path(
        "password/reset/<str:uidb36>/<str:key>", allauth.password_reset_from_key, name="account_reset_password_from_key"
    ),
    path("password/change", allauth.password_change, name="account_change_password"),
    path("join/<str:token>", joining.invitation, name="invitation"),
    path("account", me.account, name="account"),
    path("kept/<int:pk>", kept.kept_text, name="kept_text"),
    path("people", people.people, name="people"),
    path("people/invite", people.dfe_invite, name="dfe_invite"),
    path("people/at/<int:pk>", people.people_of, name="people_of"),
    path("people/at/<int:pk>/invite", people.people_invite, name="people_invite"),
    path("people/at/<int:pk>/keys", keys.keys_of, name="api_keys"),
    path("people/at/<int:pk>/keys/new", keys.key_new, name="api_key_new"),
    path("people/keys/<int:pk>/revoke", keys.key_revoke, name="api_key_revoke"),
    path("people/invitations/<int:pk>", people.invitation_sent, name="invitation_sent"),
    path("people/invitations/<int:pk>/resend", people.invitation_resend, name="invitation_resend"),
    path("people/invitations/<int:pk>/revoke", people.invitation_revoke, name="invitation_revoke"),
    path("people/roles/<int:pk>/end", people.role_end, name="role_end"),
    path("people/employers", persons.employers, name="employers"),
    path("people/employers/new", persons.employer_new, name="employer_new"),
    path("people/<int:pk>", persons.person, name="person"),
    path("people/<int:pk>/role", persons.person_role, name="person_role"),
    path("people/<int:pk>/deactivate", persons.person_deactivate, name="person_deactivate"),
    path("people/<int:pk>/reactivate", persons.person_reactivate, name="person_reactivate"),
    path("mail", mail.mail, name="mail"),
    path("mail/<int:pk>", mail.mail_message, name="mail_message"),
    path("health", health.health, name="health"),
]
