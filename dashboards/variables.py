"""What can be chosen at the top of a dashboard: each list holds only what fits the choice before it."""

from __future__ import annotations

from grafana_foundation_sdk.builders.dashboard import DatasourceVariable, QueryVariable
from grafana_foundation_sdk.models import dashboard as model

from dashboards.source import SOURCE

ALL = model.VariableOption(selected=True, text=["Semua"], value=["$__all"])
DATA_SOURCE = DatasourceVariable("datasource").label("Sumber data").type("prometheus")


def _of_register(
    name: str, label: str, names: tuple[str, str], chosen: str, *, several: bool = True
) -> QueryVariable:
    """Return a list of things in the register, shown by name and used by id.

    `names` are the labels of id and name, which Grafana writes in the order of the alphabet; `chosen` is
    what the choices before it leave.
    """
    first, second = sorted(names)
    groups = {names[0]: "value", names[1]: "text"}
    # Names may hold quotation marks, ids do not: the name takes all that fits.
    held = {names[0]: '[^"]+', names[1]: ".*"}
    pattern = ",".join(f'{label}="(?<{groups[label]}>{held[label]})"' for label in (first, second))
    return _list(
        name,
        label,
        f"query_result(count by ({names[0]}, {names[1]}) (kulkul_service_info{{{chosen}}}))",
        several=several,
    ).regex(f"/{{{pattern}}}/")


def _list(name: str, label: str, query: str, *, several: bool = True) -> QueryVariable:
    variable = (
        QueryVariable(name)
        .label(label)
        .datasource(SOURCE)
        .query({"query": query, "refId": name})
        .refresh(model.VariableRefresh.ON_TIME_RANGE_CHANGED)
        .sort(model.VariableSort.ALPHABETICAL_CASE_INSENSITIVE_ASC)
    )
    return variable.multi(multi=True).include_all(include_all=True).current(ALL) if several else variable


GOVERNMENT = _of_register("government", "Pemerintah", ("government", "government_name"), "")
AGENCY = _of_register("agency", "Instansi", ("agency", "agency_name"), 'government=~"$government"')
_IN_AGENCY = 'government=~"$government",agency=~"$agency"'
SERVICE = _of_register("service", "Layanan", ("service", "name"), _IN_AGENCY)
ONE_SERVICE = _of_register("service", "Layanan", ("service", "name"), _IN_AGENCY, several=False)
DOMAIN = _list("domain", "Nama domain", "label_values(kulkul_domain_phase, domain)")
HOST = _list(
    "host", "Host", 'label_values(kulkul_certificate_look_success{host=~"(.+[.])?${domain}(:[0-9]+)?"}, host)'
)
CHAIN = (DATA_SOURCE, GOVERNMENT, AGENCY, SERVICE)
