"""What campaigns offer to the public; each floor names its own addresses."""

from campaigns.channels import urls as channels
from campaigns.reach import urls as reach

app_name = "campaigns"
urlpatterns = [*reach.public_urlpatterns, *channels.public_urlpatterns]
