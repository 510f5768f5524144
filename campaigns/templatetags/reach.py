"""What templates say about figures."""

from django import template

from campaigns.reach import metrics

register = template.Library()

register.filter("metric_name", metrics.name_of)
