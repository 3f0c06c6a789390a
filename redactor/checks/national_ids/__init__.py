"""Checks of national identity, tax and health numbers, by the names that rules use."""

from __future__ import annotations

from typing import TYPE_CHECKING

from redactor.checks.national_ids import (
    africa,
    americas,
    asia_pacific,
    central_europe,
    eastern_europe,
    europe,
)

if TYPE_CHECKING:
    from collections.abc import Callable

__all__ = ["CHECKS"]

CHECKS: dict[str, Callable[[bytes], bool]] = {
    "at-svnr": central_europe.at_svnr,
    "au-medicare": asia_pacific.au_medicare,
    "au-tfn": asia_pacific.au_tfn,
    "be-national-number": europe.be_national_number,
    "bg-egn": eastern_europe.bg_egn,
    "br-cnpj": americas.br_cnpj,
    "br-cpf": americas.br_cpf,
    "ca-sin": americas.ca_sin,
    "ch-ahv": europe.ch_ahv,
    "cl-rut": americas.cl_rut,
    "cn-resident-id": asia_pacific.cn_resident_id,
    "cz-rodne-cislo": eastern_europe.cz_rodne_cislo,
    "de-steuerid": europe.de_steuerid,
    "ee-isikukood": eastern_europe.ee_isikukood,
    "es-dni": europe.es_dni,
    "fi-hetu": europe.fi_hetu,
    "fr-nir": europe.fr_nir,
    "gr-amka": eastern_europe.gr_amka,
    "hu-taj": central_europe.hu_taj,
    "hu-tax-id": central_europe.hu_tax_id,
    "ie-pps": europe.ie_pps,
    "il-id": asia_pacific.il_id,
    "in-aadhaar": asia_pacific.in_aadhaar,
    "it-codice-fiscale": europe.it_codice_fiscale,
    "kr-rrn": asia_pacific.kr_rrn,
    "lu-matricule": central_europe.lu_matricule,
    "lv-personas-kods": central_europe.lv_personas_kods,
    "mx-curp": americas.mx_curp,
    "nl-bsn": europe.nl_bsn,
    "no-fodselsnummer": europe.no_fodselsnummer,
    "pl-pesel": europe.pl_pesel,
    "pt-nif": europe.pt_nif,
    "ro-cnp": eastern_europe.ro_cnp,
    "se-personnummer": europe.se_personnummer,
    "sg-nric": asia_pacific.sg_nric,
    "si-emso": central_europe.si_emso,
    "th-id": asia_pacific.th_id,
    "tr-tckn": eastern_europe.tr_tckn,
    "uk-nhs": europe.uk_nhs,
    "uk-nino": europe.uk_nino,
    "us-aba": americas.us_aba,
    "us-itin": americas.us_itin,
    "us-mbi": americas.us_mbi,
    "us-npi": americas.us_npi,
    "us-ssn": americas.us_ssn,
    "za-id": africa.za_id,
}
