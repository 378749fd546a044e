"""Who may call what, as data: the documentation prints it and the tests prove it."""

from enum import StrEnum


class Access(StrEnum):
    """What a caller has to be."""

    ANYBODY = "anybody"
    CALLER = "any logged-in user; shows what their sites hold"
    VIEWER = "viewer at the site"
    EDITOR = "editor at the site"
    CREATOR = "editor who created it, or site_admin at the site"
    SITE_ADMIN = "site_admin at the site"
    SOME_SITE_ADMIN = "site_admin at a site of the user, or system administrator"
    SYSTEM_ADMIN = "system administrator"


ACCESS = {
    "getLiveness": Access.ANYBODY,
    "getReadiness": Access.ANYBODY,
    "getJwks": Access.ANYBODY,
    "logIn": Access.ANYBODY,
    "refreshTokens": Access.ANYBODY,
    "logOut": Access.CALLER,
    "getCurrentUser": Access.CALLER,
    "listMySites": Access.CALLER,
    "listSites": Access.CALLER,
    "createSite": Access.SYSTEM_ADMIN,
    "getSite": Access.VIEWER,
    "replaceSite": Access.SITE_ADMIN,
    "deactivateSite": Access.SYSTEM_ADMIN,
    "listMembers": Access.SITE_ADMIN,
    "addMember": Access.SITE_ADMIN,
    "changeMember": Access.SITE_ADMIN,
    "removeMember": Access.SITE_ADMIN,
    "listUsers": Access.SOME_SITE_ADMIN,
    "getUser": Access.SOME_SITE_ADMIN,
    "createUser": Access.SYSTEM_ADMIN,
    "replaceUser": Access.SYSTEM_ADMIN,
    "deactivateUser": Access.SYSTEM_ADMIN,
    "listInteractions": Access.CALLER,
    "searchInteractions": Access.CALLER,
    "listSiteInteractions": Access.VIEWER,
    "listInteractionTypes": Access.CALLER,
    "createInteraction": Access.EDITOR,
    "getInteraction": Access.VIEWER,
    "replaceInteraction": Access.EDITOR,
    "updateInteraction": Access.EDITOR,
    "deleteInteraction": Access.CREATOR,
    "listInteractionHistory": Access.VIEWER,
}
"""By operation id. An operation that is missing here keeps the service from starting."""
