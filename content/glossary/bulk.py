"""Settles many terms at once: what a reviewer does after reading a page of the list."""

from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext
from wagtail.log_actions import log
from wagtail.snippets.bulk_actions.snippet_bulk_action import SnippetBulkAction

from content.glossary import keeping
from content.models import GlossaryTerm


class _SettleBulkAction(SnippetBulkAction):
    models = [GlossaryTerm]
    template_name = "content/admin/glossary/bulk_settle.html"
    status: str
    question: str

    def check_perm(self, term: GlossaryTerm) -> bool:
        return keeping.may_approve(self.request.user)

    def get_context_data(self, **kwargs) -> dict:
        return super().get_context_data(title=self.display_name, question=self.question, **kwargs)

    def get_execution_context(self) -> dict:
        return {**super().get_execution_context(), "user": self.request.user}

    @classmethod
    def execute_action(cls, objects, user=None, **_kwargs) -> tuple[int, int]:
        for term in objects:
            before = GlossaryTerm.objects.get(pk=term.pk)
            term.status = cls.status
            keeping.settle(term, before, user)
            term.save()
            log(term, "wagtail.edit", user=user)
        return len(objects), 0

    def get_success_message(self, num_parent_objects: int, num_child_objects: int) -> str:
        return ngettext("%(n)d term settled.", "%(n)d terms settled.", num_parent_objects) % {
            "n": num_parent_objects
        }


class ApproveBulkAction(_SettleBulkAction):
    display_name = _("Approve")
    aria_label = _("Approve the selected terms")
    action_type = "approve_terms"
    action_priority = 10
    status = GlossaryTerm.Status.APPROVED
    question = _("Approve these terms in your name?")


class UseBulkAction(_SettleBulkAction):
    display_name = _("Put into use")
    aria_label = _("Put the selected terms into use")
    action_type = "use_terms"
    action_priority = 20
    status = GlossaryTerm.Status.IN_USE
    question = _("Put these terms into use as working translations, without approving them?")
