"""How all forms are drawn: label, hint, error and field, in this order (GOV.UK patterns)."""

from django.forms.renderers import DjangoTemplates


class Renderer(DjangoTemplates):
    """Each field by our own template."""

    field_template_name = "desk/parts/field.html"
