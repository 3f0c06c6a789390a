"""Checks of national identity, tax and health numbers, by the names that rules use."""

from __future__ import annotations

from typing import TYPE_CHECKING

from redactor.checks.national_ids import americas, asia_pacific, europe

if TYPE_CHECKING:
    from collections.abc import Callable

__all__ = ["CHECKS"]

CHECKS: dict[str, Callable[[bytes], bool]] = {
    "au-medicare": asia_pacific.au_medicare,
    "au-tfn": asia_pacific.au_tfn,
    "be-national-number": europe.be_national_number,
    "br-cnpj": americas.br_cnpj,
    "br-cpf": americas.br_cpf,
    "ca-sin": americas.ca_sin,
    "ch-ahv": europe.ch_ahv,
    "cn-resident-id": asia_pacific.cn_resident_id,
    "de-steuerid": europe.de_steuerid,
    "es-dni": europe.es_dni,
    "fi-hetu": europe.fi_hetu,
    "fr-nir": europe.fr_nir,
    "ie-pps": europe.ie_pps,
    "in-aadhaar": asia_pacific.in_aadhaar,
    "it-codice-fiscale": europe.it_codice_fiscale,
    "nl-bsn": europe.nl_bsn,
    "no-fodselsnummer": europe.no_fodselsnummer,
    "pl-pesel": europe.pl_pesel,
    "pt-nif": europe.pt_nif,
    "se-personnummer": europe.se_personnummer,
    "uk-nhs": europe.uk_nhs,
    "uk-nino": europe.uk_nino,
    "us-ssn": americas.us_ssn,
}
