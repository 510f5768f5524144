"""What campaigns offer to the public; each floor names its own addresses."""

from campaigns.reach import urls as reach

app_name = "campaigns"
urlpatterns = [*reach.public_urlpatterns]
