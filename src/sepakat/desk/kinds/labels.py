"""The label of a new record, as people choose it."""

from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from sepakat.desk import words
from sepakat.desk.caveats import CaveatsField
from sepakat.desk.kinds.forms import nations
from sepakat.node.authorisation import Access
from sepakat.node.kindtables import table
from sepakat.node.plainlabel import PlainLabel, caveat_texts
from sepakat.record.kind import Kind
from sepakat.record.label import CLASSIFICATIONS, ORGANISATION, PUBLIC, RANK, Label
from sepakat.vocabulary import REGISTRY

MAX_ORGANISATIONS = 200


class LabelForm(forms.Form):
    """Classification, whom it may be released to, and which organisations alone."""

    classification = forms.ChoiceField(
        label=gettext_lazy("Classification"),
        help_text=gettext_lazy(
            "The harm that its disclosure would do. It cannot be changed later."
        ),
        widget=forms.RadioSelect,
    )
    releasable_to = forms.MultipleChoiceField(
        label=gettext_lazy("Releasable to"),
        help_text=gettext_lazy("Who may see it. Public stands alone."),
        widget=forms.CheckboxSelectMultiple,
    )
    organisations = forms.MultipleChoiceField(
        label=gettext_lazy("Only these organisations"),
        help_text=gettext_lazy(
            "Choose none to set no such limit. The ministries of the nations chosen above always "
            "see it."
        ),
        widget=forms.SelectMultiple(attrs={"size": 5}),
        required=False,
    )

    caveats = CaveatsField(label=gettext_lazy("Only who holds these caveats"))

    def __init__(self, access: Access, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.access = access
        ceiling = min(access.person.clearance, access.home.config.ceiling, key=RANK.__getitem__)
        self.fields["classification"].choices = [
            (name, words.classification(name))
            for name in CLASSIFICATIONS
            if RANK[name] <= RANK[ceiling]
        ]
        self.fields["releasable_to"].choices = [
            *nations(access, partners_only=False),
            (PUBLIC, _("Public")),
        ]
        self.fields["organisations"].choices = _organisations(access)
        # An organisation's people hold none, and would not see what they say.
        if any(not hat.organisation for hat in access.person.hats):
            self.fields["caveats"].offer(access.person.caveats)
        if own := [hat.organisation for hat in access.person.hats if hat.organisation]:
            self.initial.setdefault("organisations", own)

    def clean_releasable_to(self) -> list[str]:
        chosen = list(self.cleaned_data["releasable_to"])
        if PUBLIC in chosen and len(chosen) > 1:
            raise forms.ValidationError(_("Choose either nations, or the public alone."))
        return chosen

    def label(self) -> Label:
        """The label chosen; of a valid form only."""
        found = self.cleaned_data
        named = list(found["organisations"])
        if named:
            # Each nation that it is released to keeps it in its ministries' sight.
            named += [nation for nation in found["releasable_to"] if nation != PUBLIC]
        return PlainLabel(
            classification=found["classification"],
            releasable_to=tuple(found["releasable_to"]),
            organisations=tuple(named),
            caveats=found["caveats"],
        ).make()


def _organisations(access: Access) -> list[tuple[str, str]]:
    kind = REGISTRY.get("organisation")
    found = table(kind).objects.filter(label_id__in=access.labels_of(kind.kind), state="registered")
    pairs = found.order_by("name").values_list("id", "name")[:MAX_ORGANISATIONS]
    return [(id_, f"{name} ({id_})") for id_, name in pairs]


def proposed(access: Access, kind: type[Kind], like: Label | None) -> dict[str, Any]:
    """What the form begins with: the label of the record that this one belongs to, else the
    narrowest that the kind can do with."""
    own = access.home.config.nation
    if like is not None:
        known = {own, PUBLIC, *(nation for nation, _name in nations(access, partners_only=True))}
        return {
            "classification": like.classification,
            "releasable_to": [name for name in like.released if name in known],
            "organisations": [
                name for name in like.permissive.get(ORGANISATION, ()) if "-" in name
            ],
            "caveats": caveat_texts(like.restrictive),
        }
    partners = [nation for nation, _name in nations(access, partners_only=True)]
    return {
        "classification": min("RESTRICTED", access.person.clearance, key=RANK.__getitem__),
        "releasable_to": [own, *(partners if kind.is_bilateral() else [])],
    }
