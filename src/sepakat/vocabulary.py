"""What this program can say: the kinds of the record and of all domains."""

from sepakat.industry.kinds import KINDS as INDUSTRY
from sepakat.industry.outcomes.kinds import KINDS as OUTCOMES
from sepakat.industry.procurement.kinds import KINDS as PROCUREMENT
from sepakat.industry.production.kinds import KINDS as PRODUCTION
from sepakat.industry.suppliers.kinds import KINDS as SUPPLIERS
from sepakat.industry.transfer.kinds import KINDS as TRANSFER
from sepakat.outlook.forecasts.kinds import KINDS as FORECASTS
from sepakat.outlook.portfolio.kinds import KINDS as PORTFOLIO
from sepakat.outlook.risks.kinds import KINDS as RISKS
from sepakat.policy.agreement.kinds import KINDS as AGREEMENTS
from sepakat.policy.credit.kinds import KINDS as CREDIT
from sepakat.policy.kinds import KINDS as POLICY
from sepakat.record.kind import Registry
from sepakat.record.kinds import KINDS as RECORD

REGISTRY = Registry(
    *RECORD,
    *POLICY,
    *AGREEMENTS,
    *CREDIT,
    *INDUSTRY,
    *TRANSFER,
    *PRODUCTION,
    *SUPPLIERS,
    *OUTCOMES,
    *PROCUREMENT,
    *PORTFOLIO,
    *RISKS,
    *FORECASTS,
)
