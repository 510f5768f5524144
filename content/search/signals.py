"""What the index would not notice by itself."""

from django.db.models.signals import post_save
from wagtail.signals import page_published, page_unpublished

from content.models import Category, EducationPage, GlossaryTerm
from content.search import vocabulary
from content.search.index import keep


def connect() -> None:
    """Listen; called once when the apps are ready."""
    page_published.connect(index_again, dispatch_uid="search-published")
    page_unpublished.connect(index_again, dispatch_uid="search-unpublished")
    for model in (Category, GlossaryTerm):
        post_save.connect(learn, sender=model, dispatch_uid=f"search-learns-{model.__name__}")


def index_again(sender, instance, **kwargs) -> None:
    """A saved page's audience groups are written after it, and so after it was indexed."""
    if isinstance(instance, EducationPage):
        keep(type(instance), [instance])


def learn(sender, instance, *, raw: bool = False, **kwargs) -> None:
    """What a risk or a term is called may have been meant; not from fixtures, where it is half."""
    if not raw:
        vocabulary.learn_terms([instance])
