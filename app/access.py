"""Who may call what, as data: the documentation prints it and the tests prove it."""

from enum import StrEnum


class Access(StrEnum):
    """What a caller has to be."""

    ANYBODY = "anybody"
    PERSON = "any logged-in user in person, not by an API key"
    SESSION = "any user of a browser session"
    CALLER = "any logged-in user; shows what their sites hold"
    VIEWER = "viewer at the site"
    EDITOR = "editor at the site"
    CREATOR = "editor who created it, or site_admin at the site"
    SITE_ADMIN = "site_admin at the site"
    SOME_SITE_ADMIN = "site_admin at a site of the user, or system administrator"
    ANY_ADMIN = "site_admin at some site, or system administrator; shows what happened there"
    SYSTEM_ADMIN = "system administrator"


ACCESS = {
    "getLiveness": Access.ANYBODY,
    "getReadiness": Access.ANYBODY,
    "getJwks": Access.ANYBODY,
    "logIn": Access.ANYBODY,
    "refreshTokens": Access.ANYBODY,
    "logOut": Access.PERSON,
    "openSession": Access.ANYBODY,
    "getSession": Access.SESSION,
    "closeSession": Access.SESSION,
    "listSessions": Access.PERSON,
    "revokeSession": Access.PERSON,
    "revokeAllSessions": Access.PERSON,
    "beginProviderLogin": Access.ANYBODY,
    "finishProviderLogin": Access.ANYBODY,
    "addSecondFactor": Access.PERSON,
    "confirmSecondFactor": Access.PERSON,
    "removeSecondFactor": Access.PERSON,
    "changePassword": Access.PERSON,
    "requestPasswordReset": Access.ANYBODY,
    "confirmPasswordReset": Access.ANYBODY,
    "listApiKeys": Access.PERSON,
    "createApiKey": Access.PERSON,
    "rotateApiKey": Access.PERSON,
    "revokeApiKey": Access.PERSON,
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
    "searchInteractionsByTree": Access.CALLER,
    "suggestValues": Access.CALLER,
    "listUpcoming": Access.CALLER,
    "listRecent": Access.CALLER,
    "listSiteInteractions": Access.VIEWER,
    "listInteractionTypes": Access.CALLER,
    "createInteraction": Access.EDITOR,
    "getInteraction": Access.VIEWER,
    "replaceInteraction": Access.EDITOR,
    "updateInteraction": Access.EDITOR,
    "deleteInteraction": Access.CREATOR,
    "batchInteractions": Access.EDITOR,
    "upsertInteraction": Access.EDITOR,
    "listInteractionHistory": Access.VIEWER,
    "restoreInteraction": Access.EDITOR,
    "listSiteActivity": Access.VIEWER,
    "getStatistics": Access.CALLER,
    "listSavedSearches": Access.CALLER,
    "createSavedSearch": Access.PERSON,
    "getSavedSearch": Access.CALLER,
    "runSavedSearch": Access.CALLER,
    "replaceSavedSearch": Access.PERSON,
    "deleteSavedSearch": Access.PERSON,
    "requestReport": Access.CALLER,
    "listReports": Access.CALLER,
    "getReport": Access.CALLER,
    "watchReport": Access.CALLER,
    "downloadReport": Access.CALLER,
    "dropReport": Access.CALLER,
    "listImports": Access.PERSON,
    "createImport": Access.PERSON,
    "getImport": Access.PERSON,
    "updateImport": Access.PERSON,
    "commitImport": Access.PERSON,
    "downloadImportErrors": Access.PERSON,
    "deleteImport": Access.PERSON,
    "getOperation": Access.CALLER,
    "undoOperation": Access.CALLER,
    "createReportSchedule": Access.PERSON,
    "listReportSchedules": Access.CALLER,
    "getReportSchedule": Access.CALLER,
    "updateReportSchedule": Access.PERSON,
    "deleteReportSchedule": Access.PERSON,
    "listJobs": Access.SYSTEM_ADMIN,
    "retryJob": Access.SYSTEM_ADMIN,
    "getRetention": Access.SITE_ADMIN,
    "replaceRetention": Access.SITE_ADMIN,
    "previewRetention": Access.SITE_ADMIN,
    "requestPrivacyExport": Access.SYSTEM_ADMIN,
    "requestErasure": Access.SYSTEM_ADMIN,
    "getPrivacyRequest": Access.SYSTEM_ADMIN,
    "downloadPrivacyExport": Access.SYSTEM_ADMIN,
    "listAuditEvents": Access.ANY_ADMIN,
}
"""By operation id. An operation that is missing here keeps the service from starting."""
