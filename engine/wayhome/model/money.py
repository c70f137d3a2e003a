"""Amounts of money: currencies by their codes, with how many decimals each has, and from and until when.

Nothing is converted. Source: ISO 4217, list one (maintained by SIX Group), as Wikipedia gives it ("ISO 4217", active codes of
1 January 2024); the days of SLE and SLL from the domain page of registers. A person compares them once before the first release.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from decimal import Decimal

_DECIMALS: Mapping[int, str] = {
    0: "BIF CLP DJF GNF ISK JPY KMF KRW PYG RWF UGX VND VUV XAF XOF XPF",
    2: "AED AFN ALL AMD ANG AOA ARS AUD AWG AZN BAM BBD BDT BGN BMD BND BOB BRL BSD BTN BWP BYN BZD CAD CDF CHF CNY COP CRC CUP CVE CZK "
    "DKK DOP DZD EGP ERN ETB EUR FJD FKP GBP GEL GHS GIP GMD GTQ GYD HKD HNL HTG HUF IDR ILS INR IRR JMD KES KGS KHR KPW KYD KZT LAK LBP "
    "LKR LRD LSL MAD MDL MGA MKD MMK MNT MOP MRU MUR MVR MWK MXN MYR MZN NAD NGN NIO NOK NPR NZD PAB PEN PGK PHP PKR PLN QAR RON RSD RUB "
    "SAR SBD SCR SDG SEK SGD SHP SLE SLL SOS SRD SSP STN SVC SYP SZL THB TJS TMT TOP TRY TTD TWD TZS UAH USD UYU UZS VES WST XCD YER ZAR "
    "ZMW",
    3: "BHD IQD JOD KWD LYD OMR TND",
}
DECIMALS: Mapping[str, int] = {code: number for number, codes in _DECIMALS.items() for code in codes.split()}
SINCE: Mapping[str, date] = {"SLE": date(2022, 7, 1)}
UNTIL: Mapping[str, date] = {"SLL": date(2023, 12, 31)}


def is_of_day(currency: str, day: date) -> bool:
    """Say whether one paid in a currency on a day."""
    return SINCE.get(currency, day) <= day <= UNTIL.get(currency, day)


def written(amount: Decimal, currency: str) -> str:
    """Write an amount with all decimals of its currency: 900.00."""
    return f"{amount:.{DECIMALS.get(currency, 2)}f}"
