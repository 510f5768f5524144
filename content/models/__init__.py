"""What is taught: a curated index of the content floor's models."""

from content.models.glossary import GlossaryImport, GlossaryTerm
from content.models.gone import GonePiece
from content.models.kinds import ArticlePage, CaseWarningPage, VideoPage
from content.models.media import EducationImage, EducationMedia, EducationRendition
from content.models.piece import EducationPage
from content.models.po_import import PoImport
from content.models.releases import Release, ReleaseMember, TogetherChoice
from content.models.search import PopularQuestion, SearchCount, SearchEntry, SearchWord
from content.models.spelling import SpellingException
from content.models.taxonomy import Audience, Category
from content.models.translation_work import TranslationWork
from content.models.versions import VersionRecord
from content.models.zone import HomePage, SectionPage

__all__ = [
    "ArticlePage",
    "Audience",
    "CaseWarningPage",
    "Category",
    "EducationImage",
    "EducationMedia",
    "EducationPage",
    "EducationRendition",
    "GlossaryImport",
    "GlossaryTerm",
    "GonePiece",
    "HomePage",
    "PoImport",
    "PopularQuestion",
    "Release",
    "ReleaseMember",
    "SearchCount",
    "SearchEntry",
    "SearchWord",
    "SectionPage",
    "SpellingException",
    "TogetherChoice",
    "TranslationWork",
    "VersionRecord",
    "VideoPage",
]
