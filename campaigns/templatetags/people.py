"""People's names in templates."""

from django import template

from campaigns.regions.naming import person_name

register = template.Library()
register.filter("person", person_name)
