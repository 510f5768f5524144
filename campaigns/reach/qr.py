"""QR codes of addresses, and short links' as files, to be printed."""

import io

import segno
from django.contrib.auth.decorators import permission_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404

from campaigns.reach.models import TrackedLink

_may_look = permission_required("campaigns.view_trackedlink", raise_exception=True)


def code_of(address: str) -> segno.QRCode:
    """Survives a crease or a stain (15 % of it may be unreadable)."""
    return segno.make_qr(address, error="m")


def inline_svg(address: str, **options) -> str:
    """For a page: dark modules on white, whatever the screen's colours."""
    return code_of(address).svg_inline(scale=6, border=4, light="#fff", title=address, **options)


@_may_look
def svg(request: HttpRequest, pk: int) -> HttpResponse:
    """Any size without loss: for printers."""
    return _download(request, pk, "svg", "image/svg+xml", scale=10, light="#fff")


@_may_look
def png(request: HttpRequest, pk: int) -> HttpResponse:
    """For documents and messages."""
    return _download(request, pk, "png", "image/png", scale=20)


def _download(request: HttpRequest, pk: int, kind: str, mime: str, **options) -> HttpResponse:
    link = get_object_or_404(TrackedLink.objects.visible_to(request.user), pk=pk)
    out = io.BytesIO()
    code_of(link.address).save(out, kind=kind, border=4, **options)
    return HttpResponse(
        out.getvalue(),
        content_type=mime,
        headers={"Content-Disposition": f'attachment; filename="qr-{link.code}.{kind}"'},
    )
