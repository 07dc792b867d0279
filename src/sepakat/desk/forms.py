"""How all forms are drawn: label, hint, error and field, in this order (GOV.UK patterns)."""

from django.forms.renderers import TemplatesSetting


class Renderer(TemplatesSetting):
    """Each field by our own template, which may use what all templates may."""

    field_template_name = "desk/parts/field.html"
