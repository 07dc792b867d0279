"""What this program can say: the kinds of the record and of all domains."""

from sepakat.industry.kinds import KINDS as INDUSTRY
from sepakat.policy.kinds import KINDS as POLICY
from sepakat.record.kind import Registry
from sepakat.record.kinds import KINDS as RECORD

REGISTRY = Registry(*RECORD, *POLICY, *INDUSTRY)
