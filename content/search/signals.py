"""What the index would not notice by itself."""

from wagtail.signals import page_published, page_unpublished

from content.models import EducationPage
from content.search.index import keep


def connect() -> None:
    """Listen; called once when the apps are ready."""
    page_published.connect(index_again, dispatch_uid="search-published")
    page_unpublished.connect(index_again, dispatch_uid="search-unpublished")


def index_again(sender, instance, **kwargs) -> None:
    """A saved page's audience groups are written after it, and so after it was indexed."""
    if isinstance(instance, EducationPage):
        keep(type(instance), [instance])
